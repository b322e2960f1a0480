#include <diamond/core/random.h>

#include <cmath>
#include <numbers>

namespace diamond {
namespace {

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;

std::uint64_t mix(std::uint64_t bits) {
  bits ^= bits >> 30U;
  bits *= 0xbf58476d1ce4e5b9U;
  bits ^= bits >> 27U;
  bits *= 0x94d049bb133111ebU;
  return bits ^ (bits >> 31U);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream)
    : state_(mix(seed + golden) ^ mix(mix(stream + 2 * golden))) {}

std::uint64_t Random::bits() {
  state_ += golden;
  return mix(state_);
}

double Random::uniform() {
  return static_cast<double>(bits() >> 11U) * 0x1p-53;
}

std::uint64_t Random::below(std::uint64_t limit) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(bits()) * limit;
  const std::uint64_t least = (0 - limit) % limit;
  while (static_cast<std::uint64_t>(product) < least) product = static_cast<Wide>(bits()) * limit;
  return static_cast<std::uint64_t>(product >> 64U);
}

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace diamond
