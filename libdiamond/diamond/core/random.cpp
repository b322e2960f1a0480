#include <diamond/core/random.h>

#include <cmath>
#include <numbers>

namespace diamond {

std::uint64_t mix_bits(std::uint64_t bits) {
  bits ^= bits >> 30U;
  bits *= 0xbf58476d1ce4e5b9U;
  bits ^= bits >> 27U;
  bits *= 0x94d049bb133111ebU;
  return bits ^ (bits >> 31U);
}

// Mixed twice, so that neither neighbouring seeds nor neighbouring streams begin near each other.
Random::Random(std::uint64_t seed, std::uint64_t stream)
    : state_(mix_bits(mix_bits(seed + golden_step) + stream)) {}

std::uint64_t Random::bits() {
  state_ += golden_step;
  return mix_bits(state_);
}

double Random::uniform() {
  return static_cast<double>(bits() >> 11U) * 0x1p-53;
}

std::uint64_t Random::below(std::uint64_t limit) {
  // 2^64 mod limit numbers are too many for equal shares: those are drawn again.
  const std::uint64_t surplus = (0 - limit) % limit;
  while (true) {
    const std::uint64_t drawn = bits();
    if (drawn >= surplus) return drawn % limit;
  }
}

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace diamond
