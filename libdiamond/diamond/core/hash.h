// SHA-256 (FIPS 180-4, by OpenSSL), piece by piece.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace diamond {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);

  /// 64 lower-case hexadecimal digits. Call this or `base64` once, last.
  [[nodiscard]] std::string hex();

  /// 44 characters of RFC 4648, as a content security policy wants them.
  [[nodiscard]] std::string base64();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Of a file's content, which is not held whole. Throws StorageError.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& file);

[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string sha256_base64(std::string_view bytes);

}  // namespace diamond
