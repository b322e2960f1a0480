#include "http/client_address.h"

#include "catch.h"
#include "support/messages.h"

#include <diamond/core/error.h>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

TEST_CASE("where no proxy is trusted the client is the peer, whatever it says") {
  CHECK(TrustedProxies().client_of("192.0.2.7", "10.0.0.1") == "192.0.2.7");
  CHECK(TrustedProxies().client_of("", "10.0.0.1").empty());
}

TEST_CASE("behind trusted proxies the client is the last address that is none of them") {
  const TrustedProxies proxies({"10.0.0.0/8", "2001:db8::1", "unix"});
  CHECK(proxies.client_of("10.1.2.3", "192.0.2.7") == "192.0.2.7");
  CHECK(proxies.client_of("10.1.2.3", "198.51.100.1, 192.0.2.7 ,10.9.9.9") == "192.0.2.7");
  CHECK(proxies.client_of("2001:db8::1", "2001:db8::2") == "2001:db8::2");
  CHECK(proxies.client_of("::ffff:10.0.0.1", "192.0.2.7") == "192.0.2.7");
  CHECK(proxies.client_of("", "192.0.2.7") == "192.0.2.7");
  CHECK(proxies.client_of("10.1.2.3", "10.0.0.1") == "10.0.0.1");  // a proxy asks for itself
  CHECK(proxies.client_of("10.1.2.3", "") == "10.1.2.3");
}

TEST_CASE("a peer that is not trusted is not believed") {
  const TrustedProxies proxies({"10.0.0.7", "10.2.0.0/16"});
  CHECK(proxies.client_of("10.0.0.8", "192.0.2.7") == "10.0.0.8");
  CHECK(proxies.client_of("10.3.0.1", "192.0.2.7") == "10.3.0.1");
  CHECK(proxies.client_of("", "192.0.2.7").empty());
  CHECK(proxies.client_of("::1", "192.0.2.7") == "::1");
}

TEST_CASE("what is no address ends the search") {
  const TrustedProxies proxies({"10.0.0.0/8"});
  CHECK(proxies.client_of("10.1.2.3", "unknown") == "10.1.2.3");
  CHECK(proxies.client_of("10.1.2.3", "192.0.2.7, <script>, 10.0.0.2") == "10.0.0.2");
  CHECK(proxies.client_of("10.1.2.3", ",") == "10.1.2.3");
}

TEST_CASE("a name that is no address is refused") {
  for (const char* name : {"shop.example", "10.0.0.0/33", "", "10.0.0", "unix:/x"})
    check_says(message_of<UsageError>([&] { TrustedProxies({name}); }),
               {"--trusted-proxy", "10.0.0.0/8"});
}

TEST_CASE("of a client's address all is kept, or its network, or nothing") {
  const auto prefix = [](const char* address) { return kept_of(address, ClientDetail::prefix); };
  CHECK(prefix("192.0.2.77") == "192.0.2.0/24");
  CHECK(prefix("2001:db8:85a3:8d3:1319::7348") == "2001:db8:85a3::/48");
  CHECK(prefix("::1") == "::/48");
  CHECK(prefix("fe80::1%eth0") == "fe80::/48");
  CHECK(prefix("::ffff:192.0.2.77") == "192.0.2.0/24");
  CHECK(prefix("::ffff:c000:24d") == "192.0.2.0/24");
  CHECK(prefix("shop.example").empty());
  CHECK(prefix("").empty());
  CHECK(kept_of("192.0.2.77", ClientDetail::full) == "192.0.2.77");
  CHECK(kept_of("192.0.2.77", ClientDetail::none).empty());
}
