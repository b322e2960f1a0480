"""Markdown as pages of the site: CommonMark with tables, anchors as GitHub gives them, links to where the pages are here."""

import dataclasses
import os
import pathlib
import re

import markdown_it
import pygments
import pygments.formatters
import pygments.lexers

FORMATTER = pygments.formatters.HtmlFormatter(nowrap=True)
LEXERS = {"sh": "bash", "cpp": "cpp", "cmake": "cmake", "json": "json", "html": "html", "ts": "typescript", "js": "javascript", "python": "python"}


@dataclasses.dataclass
class Entry:
    """What the search finds: a part of a page."""

    anchor: str
    title: str
    text: str = ""


@dataclasses.dataclass
class Page:
    address: str  # below the site's folder, "reference/manifest.html"
    title: str
    body: str
    parts: list[Entry]  # the sections that the navigation shows
    entries: list[Entry]  # all that the search finds


class Anchors:
    """GitHub's: words in lower case with hyphens between them, and a number where they were there before."""

    def __init__(self):
        self.taken = {}

    def of(self, text):
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        return self.exact(slug)

    def exact(self, slug):
        count = self.taken.get(slug, 0)
        self.taken[slug] = count + 1
        return f"{slug}-{count}" if count else slug


def relative(address, page):
    """The way to an address from a page, both below the site's folder."""
    return os.path.relpath(address, pathlib.PurePosixPath(page).parent)


def highlighted(text, language):
    lexer = pygments.lexers.get_lexer_by_name(LEXERS.get(language, "text"), stripnl=False)
    return f'<pre tabindex="0"><code>{pygments.highlight(text, lexer, FORMATTER)}</code></pre>\n'


def text_of(token):
    return "".join(child.content for child in token.children or [] if child.type in ("text", "code_inline", "softbreak"))


class Renderer:
    """
    `places` says where in the site each file of the project is shown: {"docs/operator.md": "operator.html"}. What is linked and stands
    nowhere is an error. `assets` collects the files that have to be copied.
    """

    def __init__(self, places, assets, root):
        self.places, self.assets, self.root = places, assets, root
        self.parser = markdown_it.MarkdownIt("commonmark").enable("table")

    def page(self, text, source, address, rows_are_entries=False):
        """`source`: the file that it came from. `rows_are_entries`: the first code of each row of a table is a name to be found."""
        tokens = self.parser.parse(text)
        anchors, entries, parts, title = Anchors(), [], [], ""
        row = None
        for at, token in enumerate(tokens):
            if token.type == "heading_open":
                name = text_of(tokens[at + 1])
                anchor = anchors.of(name)
                token.attrSet("id", anchor)
                entries.append(Entry(anchor, name))
                if token.tag == "h1":
                    title = title or name
                if token.tag == "h2":
                    parts.append(entries[-1])
            elif token.type == "inline":
                self.lead(token, source, address)
                if row is not None and token.children and token.children[0].type == "code_inline":
                    names = [child.content for child in token.children if child.type == "code_inline"]
                    entry = Entry(anchors.exact(names[-1].split()[0]), names[-1])
                    row.attrSet("id", entry.anchor)
                    entries.append(entry)
                elif tokens[at - 1].type != "heading_open" and entries:
                    entries[-1].text += " " + text_of(token)
                row = None
            elif token.type == "html_block":
                token.content = self.lead_html(token.content, source, address)
            elif token.type == "fence" and entries:
                entries[-1].text += " " + token.content
            elif token.type == "tr_open" and rows_are_entries and tokens[at - 1].type != "thead_open":
                row = token
        return Page(address, title, self.html(tokens), parts, entries)

    def html(self, tokens):
        rules = self.parser.renderer.rules
        rules["fence"] = lambda tokens, at, options, environment: highlighted(tokens[at].content, tokens[at].info.split(" ")[0])
        rules["code_block"] = lambda tokens, at, options, environment: highlighted(tokens[at].content, "")
        rules["table_open"] = lambda *_: '<div class="scroll" tabindex="0"><table>\n'
        rules["table_close"] = lambda *_: "</table></div>\n"
        return self.parser.renderer.render(tokens, self.parser.options, {})

    def lead(self, inline, source, address):
        """Leads links and pictures to where they stand here."""
        for child in inline.children or []:
            if child.type == "link_open":
                child.attrSet("href", self.place(child.attrGet("href"), source, address))
            elif child.type == "image":
                child.attrSet("src", self.place(child.attrGet("src"), source, address))
            elif child.type == "html_inline":
                child.content = self.lead_html(child.content, source, address)

    def lead_html(self, content, source, address):
        return re.sub(r'(src|href)="([^"]+)"', lambda found: f'{found[1]}="{self.place(found[2], source, address)}"', content)

    def place(self, link, source, address):
        if re.match(r"\w+:", link) or link.startswith("#"):
            return link
        path, _, anchor = link.partition("#")
        target = os.path.normpath(pathlib.PurePosixPath(source).parent / path)
        if target not in self.places:
            if not re.search(r"\.(png|svg)$", target) or not (self.root / target).is_file():
                raise LookupError(f"{source}: {link} is not in the site")
            self.places[target] = f"images/{pathlib.PurePosixPath(target).name}"
            self.assets[target] = self.places[target]
        return relative(self.places[target], address) + ("#" + anchor if anchor else "")
