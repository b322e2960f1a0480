#include "http/request_id.h"

#include "catch.h"

#include <chrono>
#include <set>
#include <string>
#include <thread>

using namespace diamond::serve;

TEST_CASE("a client's request id is taken where it is made of letters, digits and - _ . :") {
  for (const char* id : {"a", "Z", "0", "-", "_", ".", ":", "4bf92f35-77b3:4da6_a3.CE",
                         "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
    INFO(id);
    CHECK(is_sane_request_id(id));
  }
}

TEST_CASE("a client's request id is refused where it holds anything else") {
  for (const std::string& id :
       {std::string(), std::string(" "), std::string("a b"), std::string("a\n"), std::string("a\r"),
        std::string("a/b"), std::string("a\"b"), std::string("a,b"), std::string("a;b"),
        std::string("\xc3\xa4"), std::string("\xff"), std::string("a\0b", 3)}) {
    INFO(id);
    CHECK_FALSE(is_sane_request_id(id));
  }
}

TEST_CASE("a client's request id is taken up to 128 characters") {
  CHECK(is_sane_request_id(std::string(128, 'a')));
  CHECK_FALSE(is_sane_request_id(std::string(129, 'a')));
}

TEST_CASE("a request id made here is 32 hexadecimal digits") {
  const std::string id = make_request_id();
  CHECK(id.size() == 32);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(is_sane_request_id(id));
}

TEST_CASE("a request id made here is a UUID of version 7 without dashes, and rises with time") {
  using namespace std::chrono;
  const auto before = floor<milliseconds>(system_clock::now()).time_since_epoch().count();
  const std::string id = make_request_id();
  const auto after = floor<milliseconds>(system_clock::now()).time_since_epoch().count();
  const std::int64_t time = std::stoll(id.substr(0, 12), nullptr, 16);
  CHECK(time >= before);
  CHECK(time <= after);
  CHECK(id[12] == '7');
  CHECK(std::string("89ab").find(id[16]) != std::string::npos);
}

TEST_CASE("no two request ids are the same, on whichever thread they are made") {
  constexpr std::size_t each = 100;
  std::set<std::string> here;
  std::set<std::string> there;
  const auto make = [](std::set<std::string>& ids) {
    for (std::size_t i = 0; i < each; ++i) ids.insert(make_request_id());
  };
  {
    const std::jthread other([&] { make(there); });
    make(here);
  }
  here.insert(there.begin(), there.end());
  CHECK(here.size() == 2 * each);
}
