"""Publishes a site to a branch of a git remote, as a commit that contains only the site.

Question: where is the commit made? Options: in the user's repository, with plumbing commands and a separate
index; in a temporary repository, which fetches the tip of the branch. Choice: the temporary one. The user's
objects, index, HEAD, hooks and configuration are never opened for writing, and publishing to an address needs
no repository at all. Cost: settings of the user's repository, such as author and credentials, must be copied,
and each run fetches the trees of the tip, without file contents if the server supports that.

Question: may the content of the branch be replaced? A commit made here names its own tree in its message,
which shows whether somebody has changed the branch since. If so, each file on the branch must be listed in
the ``gallery.json`` there, or be the same in the new site; otherwise nothing is sent. A push names the tip
that it replaces. If that is no longer the tip, the commit is made once more on the new one, under the same
conditions. Cost: a branch with other content must be deleted by hand first.

Question: is ``CNAME`` part of the site? Choice: no, only of what is published. The site works at any address;
the host name belongs to the branch. A ``CNAME`` that the user keeps in the site's folder remains theirs, and
is published.
"""

from generator.publish.content import contents
from generator.publish.publication import Outcome, Publication, opened
from generator.publish.remote import Remote, find_remote

__all__ = ["Outcome", "Publication", "Remote", "contents", "find_remote", "opened"]
