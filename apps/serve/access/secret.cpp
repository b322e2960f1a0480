#include "secret.h"

#include <diamond/core/error.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <span>

namespace diamond::serve {
namespace {

/// RFC 4648, section 5, without the padding.
std::string base64url(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned held = 0;  // bits that wait for a digit
  for (const unsigned char byte : bytes) {
    bits = bits << 8U | byte;
    for (held += 8; held >= 6; held -= 6) text += digits[bits >> (held - 6) & 63U];
  }
  if (held > 0) text += digits[bits << (6 - held) & 63U];
  return text;
}

}  // namespace

std::string make_secret() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1)
    throw Error("", "OpenSSL has no random bytes to give", "check this machine's OpenSSL");
  std::string secret = "dk_" + base64url(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return secret;
}

bool are_equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace diamond::serve
