#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>

#include <openssl/evp.h>

#include <array>

namespace diamond {

struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) {}
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1)
    throw Error("", "OpenSSL offers no SHA-256", "check the OpenSSL configuration of this machine");
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_DigestFinal_ex(state_->context, digest.data(), &length);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

std::string sha256_of_file(const std::filesystem::path& file) {
  const FileHandle handle = open_to_read(file);
  Sha256 hash;
  for (std::string piece(std::size_t{256} << 10U, '\0');;) {
    const std::size_t got = read_some(handle, piece, file);
    if (got == 0) return hash.hex();
    hash.update(std::string_view(piece).substr(0, got));
  }
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

}  // namespace diamond
