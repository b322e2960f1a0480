#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>

#include <openssl/evp.h>

#include <array>

namespace diamond {
namespace {

constexpr std::size_t sha256_size = 32;

}  // namespace

struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) {}
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] std::array<unsigned char, sha256_size> finish() const {
    std::array<unsigned char, sha256_size> digest{};
    EVP_DigestFinal_ex(context, digest.data(), nullptr);
    return digest;
  }

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
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : state_->finish()) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string Sha256::base64() {
  const auto digest = state_->finish();
  std::array<unsigned char, 4 * ((sha256_size + 2) / 3) + 1> text{};  // with its NUL
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return {text.begin(), text.begin() + length};
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

std::string sha256_base64(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.base64();
}

}  // namespace diamond
