#include "access/own_machine.h"

#include "catch.h"

using namespace diamond::serve;

TEST_CASE("a name is this machine's own or it is not") {
  for (const char* name : {"localhost", "::1", "127.0.0.1", "127.0.0.53", "127.255.255.255"}) {
    INFO(name);
    CHECK(is_loopback_name(name));
  }
  for (const char* name : {"0.0.0.0", "::", "", "192.168.1.7", "128.0.0.1", "1127.0.0.1", "127",
                           "localhost.example", "shop.example", "127.shop.example"}) {
    INFO(name);
    CHECK_FALSE(is_loopback_name(name));
  }
}

TEST_CASE("a Host is this machine's own at any port, and where there is none") {
  for (const char* host : {"", "localhost", "localhost:8000", "LocalHost:8000", "127.0.0.1",
                           "127.0.0.1:18931", "127.0.0.53:80", "[::1]", "[::1]:8000"}) {
    INFO(host);
    CHECK(is_loopback_host(host));
  }
  for (const char* host :
       {"evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
        "127.evil.example", "192.0.2.7:8000", "[::2]", "[::1", "[", ":8000",
        "evil.example:127.0.0.1", "[2001:db8::1]:8000", "user@localhost"}) {
    INFO(host);
    CHECK_FALSE(is_loopback_host(host));
  }
}
