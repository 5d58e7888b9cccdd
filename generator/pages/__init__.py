"""Records in, pages and data files out: everything of the site that is text, except the figures.

Owns the site's HTML and JSON and is the only room that knows Jinja2. All wording, markup and style live in
templates/; here is what they are given. Refuses to read pictures or arrays: sizes and facts come with the
records.
"""

from generator.pages.jinja_environment import TEMPLATES, check_templates
from generator.pages.renderer import UnrenderedPage
from generator.pages.site_pages import BuildInfo, SitePages

__all__ = ["TEMPLATES", "BuildInfo", "SitePages", "UnrenderedPage", "check_templates"]
