"""The C++ API: a page for each public header, of what Doxygen read in it."""

import collections
import html
import pathlib
import re
import subprocess
from xml.etree import ElementTree

from prose import Anchors, Entry, Page, relative

HEADERS = pathlib.PurePosixPath("libdiamond/diamond")
TAGS = {"para": "p", "computeroutput": "code", "emphasis": "em", "bold": "strong", "itemizedlist": "ul", "orderedlist": "ol", "listitem": "li",
        "linebreak": "br", "verbatim": "pre", "superscript": "sup", "subscript": "sub"}
SIGNS = {"ndash": "–", "mdash": "—"}


def public_headers(root):
    """Those that are installed: libdiamond/CMakeLists.txt says which are not."""
    cmake = (root / "libdiamond/CMakeLists.txt").read_text()
    left_out = re.search(r'list\(FILTER HEADERS EXCLUDE REGEX "(.*)"\)', cmake)[1].replace("\\\\", "\\")
    headers = [path.relative_to(root).as_posix() for path in sorted((root / HEADERS).rglob("*.h"))]
    return [header for header in headers if not re.search(left_out, "/" + header)]


def address_of(header):
    """"api/core/error.html" of "libdiamond/diamond/core/error.h"."""
    return "api/" + pathlib.PurePosixPath(header).relative_to(HEADERS).with_suffix(".html").as_posix()


def run_doxygen(root, headers, folder):
    """Its XML, in a folder. Its warnings are errors."""
    settings = (root / "docs/site/Doxyfile").read_text() + f"INPUT = {' '.join(headers)}\nOUTPUT_DIRECTORY = {folder}\n"
    done = subprocess.run(["doxygen", "-"], input=settings, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        raise RuntimeError("doxygen: " + (done.stderr or "failed"))
    return [ElementTree.parse(file).getroot() for file in sorted(pathlib.Path(folder, "xml").glob("*.xml")) if file.name not in ("index.xml", "Doxyfile.xml")]


def intro_of(text):
    """The comment that a header begins with: paragraphs, and lines that are set in, as they are."""
    lines = [line[2:] for line in re.match(r"(//.*\n)*", text)[0].splitlines()]
    blocks = [[]]
    kind = None
    for line in lines:
        here = "set in" if line.startswith("   ") else "empty" if not line.strip() else "prose"
        if here != kind:
            blocks.append([])
        blocks[-1].append(line[1:])
        kind = here
    return [block for block in blocks if any(line.strip() for line in block)]


def prose_html(text):
    """A comment's text, where only `code` is marked."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def intro_html(blocks):
    out = ""
    for block in blocks:
        if block[0].startswith("  "):
            out += '<pre tabindex="0">' + html.escape("\n".join(block), quote=False) + "</pre>\n"
        else:
            out += "<p>" + prose_html(" ".join(block)) + "</p>\n"
    return out


class Item:
    """What is declared in a header: a class with its members, a function, an enumeration."""

    def __init__(self, node):
        self.node = node
        self.kind = node.get("kind")
        self.name = re.sub(r"^diamond::", "", node.findtext("compoundname") or node.findtext("qualifiedname") or node.findtext("name"))
        location = node.find("location")
        self.header = "libdiamond/" + location.get("file")
        self.line = int(location.get("line"))
        self.members = []
        self.anchor = ""

    @property
    def short_name(self):
        return self.node.findtext("name") or self.name.split("::")[-1]


def items_of(roots):
    """{header: items in the order of its lines}."""
    found = collections.defaultdict(list)
    for root in roots:
        for compound in root.iter("compounddef"):
            kind = compound.get("kind")
            if kind in ("class", "struct") and compound.get("prot") == "public":
                item = Item(compound)
                item.members = sorted((Item(member) for member in compound.iter("memberdef") if member.get("prot") == "public"), key=lambda member: member.line)
                found[item.header].append(item)
            elif kind == "namespace" and "::" not in compound.findtext("compoundname").replace("diamond::", "", 1):
                for member in compound.iter("memberdef"):
                    found["libdiamond/" + member.find("location").get("file")].append(Item(member))
    return {header: sorted(items, key=lambda item: item.line) for header, items in found.items()}


class Writer:
    def __init__(self, root, items):
        self.root, self.items = root, items
        self.addresses = {}  # Doxygen's id -> (page, anchor)
        for header, declared in items.items():
            anchors = Anchors()
            for item in declared:
                for one in [item, *item.members]:
                    one.anchor = anchors.exact(one.name)
                    self.addresses[one.node.get("id")] = (address_of(header), one.anchor)
                    for value in one.node.iter("enumvalue"):
                        self.addresses[value.get("id")] = (address_of(header), one.anchor)

    def page(self, header, address):
        name = pathlib.PurePosixPath(header).relative_to("libdiamond").as_posix()
        intro = intro_of((self.root / header).read_text())
        body = f'<h1><code>{name}</code></h1>\n{intro_html(intro)}<pre tabindex="0"><code>#include &lt;{name}&gt;</code></pre>\n'
        entries = [Entry("", name, " ".join(" ".join(block) for block in intro))]
        parts = []
        for item in self.items.get(header, []):
            parts.append(Entry(item.anchor, item.name))
            body += self.item(item, address, entries)
        return Page(address, name, body, parts, entries)

    def item(self, item, address, entries):
        entries.append(Entry(item.anchor, item.name, self.text(item.node)))
        out = f'<h2 id="{html.escape(item.anchor)}"><code>{html.escape(item.name)}</code></h2>\n'
        out += self.signature(item, address) + self.documentation(item.node, address) + self.values(item.node, address)
        fields = [member for member in item.members if member.kind == "variable"]
        if fields:
            out += '<div class="scroll" tabindex="0"><table><thead><tr><th>member</th><th>type</th><th>what</th></tr></thead><tbody>\n'
            for field in fields:
                out += (f'<tr id="{html.escape(field.anchor)}"><td><code>{html.escape(field.short_name)}</code></td>'
                        f"<td><code>{self.type(field, address)}</code></td><td>{self.documentation(field.node, address)}</td></tr>\n")
                entries.append(Entry(field.anchor, field.name, self.text(field.node)))
            out += "</tbody></table></div>\n"
        for member in item.members:
            if member.kind != "variable":
                out += f'<h3 id="{html.escape(member.anchor)}"><code>{html.escape(member.short_name)}</code></h3>\n'
                out += self.signature(member, address) + self.documentation(member.node, address) + self.values(member.node, address)
                entries.append(Entry(member.anchor, member.name, self.text(member.node)))
        return out

    def type(self, field, address):
        default = self.linked(field.node.find("initializer"), address)
        return tidy(self.linked(field.node.find("type"), address) + " " + default).strip()

    def signature(self, item, address):
        node = item.node
        out = ""
        parameters = node.find("templateparamlist")
        if parameters is not None:
            out += "template &lt;" + ", ".join(self.parameter(one, address) for one in parameters) + "&gt;\n"
        if item.kind in ("class", "struct"):
            bases = ", ".join("public " + self.base(base, address) for base in node.findall("basecompoundref"))
            out += f"{item.kind} {html.escape(item.name)}" + (" : " + bases if bases else "")
        elif item.kind == "enum":
            values = "" if is_told_of_values(node) else " { " + ", ".join(value.findtext("name") for value in node.findall("enumvalue")) + " }"
            out += f"enum class {html.escape(item.short_name)} : {self.linked(node.find('type'), address)}{values}"
        elif item.kind == "typedef":
            out += f"using {html.escape(item.short_name)} = {self.linked(node.find('type'), address)}{html.escape(node.findtext('argsstring') or '')}"
        else:
            out += self.value_or_function(item, address)
        return f'<pre class="signature" tabindex="0"><code>{tidy(out)}</code></pre>\n'

    def value_or_function(self, item, address):
        node = item.node
        words = ["static"] if node.get("static") == "yes" else []
        words += ["virtual"] if node.get("virt") in ("virtual", "pure-virtual") else []
        words += ["explicit"] if node.get("explicit") == "yes" else []
        head = " ".join([*words, self.linked(node.find("type"), address), html.escape(item.short_name)]).strip()
        if item.kind == "variable":
            return head + " " + self.linked(node.find("initializer"), address)
        arguments = [self.parameter(one, address) for one in node.findall("param")]
        behind = html.escape(re.sub(r" ?= ?(\w+)$", r" = \1", re.sub(r"^.*\)", "", node.findtext("argsstring") or "")))
        line = f"{head}({', '.join(arguments)}){behind}"
        if len(re.sub(r"<[^>]+>|&\w+;", "", line)) > 80:
            line = f"{head}(\n    " + ",\n    ".join(arguments) + f"){behind}"
        return line

    def parameter(self, node, address):
        default = self.linked(node.find("defval"), address)
        words = [self.linked(node.find("type"), address), html.escape(node.findtext("declname") or ""), "= " + default if default else ""]
        return " ".join(word for word in words if word)

    def base(self, node, address):
        return self.link(node.get("refid"), html.escape(re.sub(r"^diamond::", "", node.text)), address)

    def link(self, id, text, address):
        if id not in self.addresses:
            return text
        page, anchor = self.addresses[id]
        return f'<a href="{html.escape(relative(page, address))}#{html.escape(anchor)}">{text}</a>'

    def linked(self, node, address):
        """Code with links to what it names."""
        if node is None:
            return ""
        out = html.escape(node.text or "", quote=False)
        for child in node:
            if child.tag != "ref":
                raise ValueError(f"Doxygen writes <{child.tag}> into code")
            out += self.link(child.get("refid"), html.escape(child.text or "", quote=False), address) + html.escape(child.tail or "", quote=False)
        return out

    def documentation(self, node, address):
        return "".join(self.documented(node.find(part), address) for part in ("briefdescription", "detaileddescription")).strip() + "\n"

    def documented(self, node, address):
        out = html.escape(node.text or "", quote=False)
        for child in node:
            if child.tag == "ref":
                out += self.link(child.get("refid"), self.documented(child, address), address)
            elif child.tag in SIGNS:
                out += SIGNS[child.tag]
            elif child.tag == "linebreak":
                out += "<br>"
            elif child.tag in TAGS:
                tag = TAGS[child.tag]
                out += f"<{tag}>{self.documented(child, address)}</{tag}>"
            else:
                raise ValueError(f"Doxygen writes <{child.tag}>, which api.py does not know")
            out += html.escape(child.tail or "", quote=False)
        return out

    def values(self, node, address):
        if not is_told_of_values(node):
            return ""
        values = node.findall("enumvalue")
        rows = "".join(f"<tr><td><code>{html.escape(value.findtext('name'))}</code></td><td>{self.documentation(value, address)}</td></tr>\n" for value in values)
        return f'<div class="scroll" tabindex="0"><table><thead><tr><th>value</th><th>what</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n'

    @staticmethod
    def text(node):
        return " ".join(" ".join(part.itertext()) for name in ("briefdescription", "detaileddescription") for part in [node.find(name)])


def is_told_of_values(node):
    """Whether a value of the enumeration has a comment: then they stand in a table."""
    return any(Writer.text(value).strip() for value in node.findall("enumvalue"))


def tidy(code):
    """Doxygen's spaces are not ours: std::span< const T > & is std::span<const T>&."""
    code = re.sub(r"&lt; ", "&lt;", code)
    code = re.sub(r" &gt;", "&gt;", code)
    return re.sub(r" ((&amp;)+|\*)", r"\1", code)


def overview(root, headers, rooms, renderer, address):
    """The first page: each room and its headers, with the first sentence of each."""
    body = ("<h1>C++ API</h1>\n<p>The public headers of <code>libdiamond</code>, room by room; data flows from the first to the last. "
            f'<a href="{relative("library.html", address)}">For the C++ programmer</a> says how to build on them.</p>\n')
    parts = []
    for room, what in rooms.items():
        own = [header for header in headers if f"/diamond/{room}/" in header]
        parts.append(Entry(room, room))
        body += f'<h2 id="{room}">{room}</h2>\n<p>{renderer.parser.renderInline(what)}</p>\n<dl>\n'
        for header in own:
            blocks = intro_of((root / header).read_text())
            first = re.split(r"(?<=[.:])\s", " ".join(blocks[0]))[0].rstrip(":") if blocks else ""
            body += (f'<dt><a href="{html.escape(relative(address_of(header), address))}"><code>{pathlib.PurePosixPath(header).name}</code></a></dt>'
                     f"<dd>{prose_html(first)}</dd>\n")
        body += "</dl>\n"
    return Page(address, "C++ API", body, parts, [Entry("", "C++ API", "public headers of libdiamond")])
