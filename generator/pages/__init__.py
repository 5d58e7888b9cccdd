"""Records in, pages and data files out: all text of the site except the figures.

Owns the site's HTML and JSON, and is the only room that uses Jinja2. Wording, markup and style live in
``templates/``; this room decides what each template receives. It never opens pictures: sizes and numbers come
with the records.
"""

from generator.pages.jinja_environment import check_templates
from generator.pages.renderer import UnrenderedPage
from generator.pages.site_pages import BuildInfo, SitePages
from generator.pages.texts import check_texts

__all__ = ["BuildInfo", "SitePages", "UnrenderedPage", "check_templates", "check_texts"]
