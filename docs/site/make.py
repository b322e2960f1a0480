"""Makes the site: scripts/site says how.

Pages are docs/*.md and the READMEs (prose.py), the reference, made when the site is made of what the programs read (reference.py, and
apps/manual), and the public headers (api.py, by Doxygen). They share one look (apps/web/base.css, site.css), need nobody else, and open
from a disk. What is linked and not there, what a comment says wrongly, what no rule is known for: an error, and no site.
"""

import argparse
import html
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import api
import reference
from prose import Renderer, relative

ROOT = pathlib.Path(__file__).resolve().parents[2]
READERS = {  # file: what the navigation calls it
    "Begin": {"README.md": "diamond", "docs/tutorial.md": "Tutorial"},
    "For": {"docs/jeweller.md": "The jeweller", "docs/data-scientist.md": "The data scientist", "docs/operator.md": "The operator",
            "docs/web-developer.md": "The web developer", "docs/library.md": "The C++ programmer", "docs/changelog.md": "Who upgrades"},
    "Work on it": {"docs/contributor.md": "The contributor", "docs/add-a-kind.md": "Add a kind of model", "docs/design.md": "Design"},
}
REFERENCE = {"docs/reference/diamond-train.md": "diamond-train", "docs/reference/diamond-serve.md": "diamond-serve",
             "docs/reference/training.md": "Training configuration", "docs/reference/service.md": "Service configuration",
             "docs/reference/keys.md": "Keys of clients", "docs/reference/manifest.md": "manifest.json"}
BESIDE = {"data/README.md": "The data", "bench/README.md": "Benchmarks"}
API = "api/index.html"
PAGE = (ROOT / "docs/site/page.html").read_text()


def address_of(source):
    if source == "README.md":
        return "index.html"
    return re.sub(r"(/README)?\.md$", ".html", source.removeprefix("docs/"))


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def reference_texts(build):
    """{file: Markdown} as the programs tell it. The files do not exist: they are made here, of what the programs read."""
    schema = lambda name: json.loads((ROOT / "config" / f"{name}.schema.json").read_text())
    kinds = json.loads(run(build / "bin/diamond-train", "kinds", "--json"))
    openapi = json.loads((ROOT / "apps/serve/api/openapi.json").read_text())
    return {
        "docs/reference/diamond-train.md": run(build / "apps/manual/train-manual", "markdown"),
        "docs/reference/diamond-serve.md": run(build / "apps/manual/serve-manual", "markdown"),
        "docs/reference/training.md": reference.training(schema("training_pipeline"), schema("original_training"), kinds),
        "docs/reference/service.md": reference.service(schema("api"), schema("original_api")),
        "docs/reference/keys.md": reference.keys(schema("api_keys")),
        "docs/reference/manifest.md": reference.manifest(openapi),
    }


def rooms(headers):
    """{room: what it knows}, as the contributor's page has it."""
    told = dict(re.findall(r"^\| `(?:libdiamond/diamond|…)/(\w+)` \| (.*) \|$", (ROOT / "docs/contributor.md").read_text(), re.M))
    for header in headers:
        told[pathlib.PurePosixPath(header).parts[2]]  # each is told of
    return told


def documents(renderer, build):
    generated = reference_texts(build)
    for source in [*(source for group in READERS.values() for source in group), *BESIDE]:
        yield renderer.page((ROOT / source).read_text(), source, address_of(source))
    for source in REFERENCE:
        yield renderer.page(generated[source], source, address_of(source), rows_are_entries=True)


def api_pages(renderer, headers, folder):
    writer = api.Writer(ROOT, api.items_of(api.run_doxygen(ROOT, headers, folder)))
    yield api.overview(ROOT, headers, rooms(headers), renderer, API)
    for header in headers:
        yield writer.page(header, api.address_of(header))


def navigation(page, headers):
    """All pages, with the sections of the one that is shown."""
    groups = {name: {address_of(source): label for source, label in sources.items()} for name, sources in READERS.items()}
    groups["Reference"] = {address_of(source): label for source, label in REFERENCE.items()} | {API: "C++ API"}
    room = re.match(r"api/(\w+)/", page.address)
    if room:
        groups[f"C++ API: {room[1]}"] = {api.address_of(header): pathlib.PurePosixPath(header).name for header in headers if f"/diamond/{room[1]}/" in header}
    groups["Beside"] = {address_of(source): label for source, label in BESIDE.items()}
    out = ""
    for name, pages in groups.items():
        links = "".join(entry(address, label, page) for address, label in pages.items())
        out += f"<p>{html.escape(name)}</p>\n<ul>\n{links}</ul>\n"
    return out


def entry(address, label, page):
    here = address == page.address
    link = f'<a href="{relative(address, page.address)}"{" aria-current=page" if here else ""}>{html.escape(label)}</a>'
    parts = "".join(f'<li><a href="#{html.escape(part.anchor)}">{html.escape(part.title)}</a></li>' for part in page.parts) if here else ""
    return f"<li>{link}{'<ul>' + parts + '</ul>' if parts else ''}</li>\n"


def search_index(pages):
    """[title, page, address, text] of everything that can be found, as a script: a page from a disk may not fetch JSON."""
    entries = [[part.title, page.title, page.address + ("#" + part.anchor if part.anchor else ""), re.sub(r"\s+", " ", part.text).strip()]
               for page in pages for part in page.entries]
    return "window.siteIndex = " + json.dumps(entries, ensure_ascii=False, separators=(",", ":")) + ";\n"


def write(folder, pages, assets, headers):
    """All of it anew."""
    shutil.rmtree(folder, ignore_errors=True)
    for page in pages:
        file = folder / page.address
        file.parent.mkdir(parents=True, exist_ok=True)
        values = {"title": html.escape(page.title), "root": relative(".", page.address), "navigation": navigation(page, headers), "body": page.body}
        file.write_text(re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], PAGE))
    for source, address in assets.items():
        (folder / address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / source, folder / address)
    (folder / "site.css").write_text((ROOT / "apps/web/base.css").read_text() + (ROOT / "docs/site/site.css").read_text())
    shutil.copyfile(ROOT / "docs/site/site.js", folder / "site.js")
    (folder / "search.js").write_text(search_index(pages))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release", help="where the programs were built")
    arguments = parser.parse_args()
    headers = api.public_headers(ROOT)
    sources = [*(source for group in READERS.values() for source in group), *BESIDE, *REFERENCE]
    places = {source: address_of(source) for source in sources} | {header: api.address_of(header) for header in headers}
    assets = {"docs/images/iguana.svg": "images/iguana.svg"}
    renderer = Renderer(places, assets, ROOT)
    with tempfile.TemporaryDirectory(prefix="diamond-site-") as folder:
        pages = [*documents(renderer, arguments.build), *api_pages(renderer, headers, folder)]
    write(arguments.folder, pages, assets, headers)
    print(f"{arguments.folder}/index.html: {len(pages)} pages")


if __name__ == "__main__":
    main()
