// Keys as texts: how one is made, and how what is known of it is compared.
#pragma once

#include <string>
#include <string_view>

namespace diamond::serve {

/// A new key: "dk_" and 32 random bytes (OpenSSL's) in base64url, 46 characters. Nobody can guess
/// one, so a plain hash of it is safe to keep. Throws Error where there is no chance to be had.
[[nodiscard]] std::string make_secret();

/// Takes as long for texts that differ at once as for those that are equal. Not for texts whose
/// length is a secret.
[[nodiscard]] bool are_equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace diamond::serve
