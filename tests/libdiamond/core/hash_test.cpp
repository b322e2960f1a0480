#include "catch.h"
#include "support/messages.h"
#include "support/reference.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>
#include <diamond/core/hash.h>

using namespace diamond;
using namespace diamond::testing;

TEST_CASE("SHA-256 is that of FIPS 180-4") {
  // The standard's own examples, and the digest of nothing.
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // `printf abc | openssl dgst -sha256 -binary | base64`
  CHECK(sha256_base64("abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST_CASE("a digest does not depend on the pieces it is fed with") {
  Sha256 pieces;
  pieces.update("a");
  pieces.update("");
  pieces.update("bc");
  CHECK(pieces.hex() == sha256_hex("abc"));
}

TEST_CASE("the digest of a file of many pieces is that of its content") {
  // `sha256sum data/diamonds.csv`, a file of 2.5 MB
  CHECK(sha256_of_file(diamonds_csv()) == reference()["dataset"]["sha256"].get<std::string>());
}

TEST_CASE("the digest of a file that is not there is an error that names it") {
  const TemporaryDirectory directory;
  check_says(message_of<StorageError>([&] { (void)sha256_of_file(directory / "none"); }), {"none"});
}
