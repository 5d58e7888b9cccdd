"""A site put on a branch of a git remote: one commit that holds the site and nothing else.

Question: where is the commit made? Options: in the user's repository, by plumbing and an index of its own; in
a repository of a moment, which fetches the tip of the branch. Choice: that of a moment. The user's objects,
index, HEAD, hooks and configuration are not so much as opened for writing, and an address will do where there
is no repository at all. Cost: the repository's own settings, such as who commits and by which credentials,
are handed over, and the trees of the tip are fetched each time, without the files where the server can
leave them out.

Question: what is on the branch already, and may it go? A commit made here names its own tree, so that a tip
whose last word is ours is told from one that somebody committed to since. Every file of the branch must be
such a commit's, or listed as made in the ``gallery.json`` there, or be the same in the new site; else
nothing is sent. A push names the tip that it was made for, and one that comes too late is made once more from
the new tip, under the same conditions. Cost: a branch with other content must be deleted by hand first.

Question: is ``CNAME`` a file of the site? Choice: of what is published. The site works at any address; the
name belongs to the branch. A ``CNAME`` that a user keeps in the site's folder stays theirs, and is published.
"""

from generator.publish.content import contents
from generator.publish.publication import Outcome, Publication, opened
from generator.publish.remote import Remote, find_remote

__all__ = ["Outcome", "Publication", "Remote", "contents", "find_remote", "opened"]
