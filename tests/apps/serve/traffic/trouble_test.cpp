#include "traffic/trouble.h"

#include "catch.h"

#include <sstream>

using namespace diamond;
using namespace diamond::serve;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

}  // namespace

TEST_CASE("a trouble is told once, again when it is another, and when it is over") {
  std::ostringstream said;
  Log log(said, LogFormat::text);
  Trouble trouble(log, "the log waits", "the log flows again");
  CHECK(trouble.why().empty());
  trouble.end();
  CHECK(said.str().empty());
  for (int i = 0; i < 5; ++i) trouble.meet("nobody answers");
  CHECK(trouble.why() == "nobody answers");
  CHECK(trouble.is_fresh(60));
  CHECK_FALSE(trouble.is_fresh(0));
  trouble.meet("the password is wrong", {{"request_id", "request-7"}});
  trouble.end();
  trouble.end();
  CHECK(trouble.why().empty());
  CHECK_FALSE(trouble.is_fresh(60));
  CHECK(count(said.str(), "the log waits") == 2);
  CHECK(count(said.str(), "nobody answers") == 1);
  CHECK(count(said.str(), "request-7") == 1);
  CHECK(count(said.str(), "the log flows again") == 1);
  trouble.meet("nobody answers");
  CHECK(count(said.str(), "nobody answers") == 2);
}
