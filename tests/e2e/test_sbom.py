"""scripts/sbom lists what the packages are made of: all of it, in the form of SPDX 2.3."""

import json
import os
import re
import subprocess
import unittest

import jsonschema
from license_expression import get_spdx_licensing

from harness import BIN, ROOT

BUILD = BIN.parent
TEXT = {"type": "string", "minLength": 1}
SPDX_ID = {"type": "string", "pattern": r"^SPDXRef-[a-zA-Z0-9.-]+$"}


def strict(properties, optional=()):
    return {"type": "object", "properties": properties, "required": [name for name in properties if name not in optional], "additionalProperties": False}


def some(item):
    return {"type": "array", "items": item, "minItems": 1}


# What https://spdx.github.io/spdx-spec/v2.3/ asks of the members that we use.
PACKAGE = strict({
    "SPDXID": SPDX_ID, "name": TEXT, "versionInfo": TEXT, "supplier": {"type": "string", "pattern": "^(NOASSERTION|(Person|Organization): .+)$"},
    "downloadLocation": TEXT, "filesAnalyzed": {"const": False}, "licenseConcluded": TEXT, "licenseDeclared": TEXT, "copyrightText": TEXT, "sourceInfo": TEXT,
    "checksums": some(strict({"algorithm": {"const": "SHA512"}, "checksumValue": {"type": "string", "pattern": "^[0-9a-f]{128}$"}})),
    "externalRefs": some(strict({"referenceCategory": {"const": "PACKAGE-MANAGER"}, "referenceType": {"const": "purl"},
                                 "referenceLocator": {"type": "string", "pattern": r"^pkg:(deb|npm)/[^ @?]+@[^ @?]+(\?[^ ?]+)?$"}})),
}, optional=("checksums", "sourceInfo"))
DOCUMENT = strict({
    "spdxVersion": {"const": "SPDX-2.3"}, "SPDXID": {"const": "SPDXRef-DOCUMENT"}, "dataLicense": {"const": "CC0-1.0"}, "name": TEXT,
    "documentNamespace": {"type": "string", "pattern": "^https://[^ #]+$"},
    "creationInfo": strict({"created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
                            "creators": some({"type": "string", "pattern": "^(Organization: .+|Tool: .+-.+)$"})}),
    "packages": some(PACKAGE),
    "relationships": some(strict({"spdxElementId": SPDX_ID, "relatedSpdxElement": SPDX_ID,
                                  "relationshipType": {"enum": ["DESCRIBES", "DEPENDS_ON", "CONTAINS", "BUILD_DEPENDENCY_OF", "BUILD_TOOL_OF"]}})),
    "hasExtractedLicensingInfos": some(strict({"licenseId": {"type": "string", "pattern": r"^LicenseRef-[a-zA-Z0-9.-]+$"}, "extractedText": TEXT})),
})


def sbom(**environment):
    return subprocess.run([ROOT / "scripts/sbom", BUILD], capture_output=True, text=True, check=True, env={**os.environ, **environment}).stdout


def needed_by(binary):
    """The libraries that a file asks the loader for."""
    headers = subprocess.run(["objdump", "-p", BUILD / binary], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"NEEDED +(\S+)", headers))


def package_of(library):
    """The Debian package that brings a library, for this machine's processor."""
    folder = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True, check=True).stdout.strip()
    found = subprocess.run(["dpkg-query", "-S", f"*/{folder}/{library}"], capture_output=True, text=True, check=True).stdout
    return re.match(r"[^:,]+", found).group()


class MadeOf(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = json.loads(sbom())
        cls.packages = {package["SPDXID"]: package for package in cls.document["packages"]}

    def related(self, package, kind):
        """The names of what a package of ours is related to, in either direction."""
        pairs = ((one["spdxElementId"], one["relatedSpdxElement"]) for one in self.document["relationships"] if one["relationshipType"] == kind)
        ends = {other for pair in pairs if f"SPDXRef-{package}" in pair for other in pair}
        return {self.packages[end]["name"] for end in ends} - {package}

    def test_it_has_the_form_of_spdx(self):
        jsonschema.validate(self.document, DOCUMENT)

    def test_what_is_related_is_there_and_each_thing_once(self):
        self.assertEqual(len(self.packages), len(self.document["packages"]))
        ends = {one[end] for one in self.document["relationships"] for end in ("spdxElementId", "relatedSpdxElement")}
        self.assertEqual(ends, {"SPDXRef-DOCUMENT", *self.packages})
        described = {one["relatedSpdxElement"] for one in self.document["relationships"] if one["relationshipType"] == "DESCRIBES"}
        self.assertEqual(described, {"SPDXRef-diamond", "SPDXRef-libdiamond1", "SPDXRef-libdiamond-dev"})

    def test_every_licence_is_known_to_spdx_or_stands_there_word_for_word(self):
        licensing = get_spdx_licensing()
        texts = {one["licenseId"] for one in self.document["hasExtractedLicensingInfos"]}
        own = set()
        for package in self.document["packages"]:
            if package["SPDXID"] in ("SPDXRef-diamond", "SPDXRef-libdiamond1", "SPDXRef-libdiamond-dev"):
                continue  # nobody has said yet: deploy/debian/copyright
            self.assertNotEqual(package["licenseDeclared"], "NOASSERTION", package["name"])
            keys = set(licensing.license_keys(package["licenseDeclared"]))
            own |= {key for key in keys if key.startswith("LicenseRef-")}
            self.assertLessEqual(keys - own, {*licensing.known_symbols}, package["name"])
        self.assertEqual(own, texts)

    def test_every_library_that_the_loader_is_asked_for_is_in_it(self):
        for package, binaries in {"diamond": ("bin/diamond-train", "bin/diamond-serve"), "libdiamond1": ("lib/libdiamond.so",)}.items():
            libraries = set().union(*map(needed_by, binaries))
            self.assertIn("libstdc++.so.6", libraries)
            packages = {package_of(library) for library in libraries if not library.startswith("libdiamond")}
            self.assertLessEqual(packages, self.related(package, "DEPENDS_ON"))
        self.assertLessEqual({"libdiamond1", "adduser"}, self.related("diamond", "DEPENDS_ON"))
        self.assertLessEqual({"libdiamond1", "nlohmann-json3-dev"}, self.related("libdiamond-dev", "DEPENDS_ON"))

    def test_libraries_that_are_headers_only_are_in_it(self):
        self.assertLessEqual({"libeigen3-dev", "nlohmann-json3-dev", "libvalijson-dev", "libnanoflann-dev"}, self.related("libdiamond1", "BUILD_DEPENDENCY_OF"))
        self.assertLessEqual({"libcli11-dev", "libcpp-httplib-dev", "nlohmann-json3-dev"}, self.related("diamond", "BUILD_DEPENDENCY_OF"))
        self.assertTrue(any(name.startswith("libboost") for name in self.related("diamond", "BUILD_DEPENDENCY_OF")))

    def test_versions_are_those_that_dpkg_has(self):
        for package in self.document["packages"]:
            if package["supplier"] == "Organization: Debian":
                installed = subprocess.run(["dpkg-query", "-W", "-f", "${Version}\n", package["name"]], capture_output=True, text=True, check=True).stdout
                self.assertIn(package["versionInfo"], installed.splitlines())

    def test_what_npm_installed_is_in_it_with_its_licence(self):
        installed = set()
        for file in (ROOT / "apps/web/node_modules").rglob("package.json"):
            if re.search(r"node_modules/(@[^/]+/)?[^/@]+/package\.json$", str(file)):
                found = json.loads(file.read_text())
                installed.add((found["name"], found["version"], found["license"]))
        listed = {(package["name"], package["versionInfo"], package["licenseDeclared"]) for package in self.document["packages"] if "npm" in package["SPDXID"]}
        self.assertIn(("vega", "BSD-3-Clause"), {(name, licence) for name, _, licence in installed})
        self.assertEqual(listed, installed)

    def test_of_the_same_build_it_is_the_same(self):
        once = sbom(SOURCE_DATE_EPOCH="1700000000")
        self.assertEqual(once, sbom(SOURCE_DATE_EPOCH="1700000000"))
        self.assertEqual(json.loads(once)["creationInfo"]["created"], "2023-11-14T22:13:20Z")


if __name__ == "__main__":
    unittest.main(verbosity=2)
