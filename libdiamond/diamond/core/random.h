// Random numbers that are the same on every machine and with every standard library.
#pragma once

#include <cstdint>

namespace diamond {

/// 2^64 over the golden ratio, made odd: what SplitMix64 counts by.
inline constexpr std::uint64_t golden_step = 0x9e3779b97f4a7c15U;

/// SplitMix64's finalizer: every bit of the result depends on every bit of `bits`.
[[nodiscard]] std::uint64_t mix_bits(std::uint64_t bits);

/// SplitMix64 (Steele, Lea, Flood 2014): a stream of its own for each pair of numbers, so that what
/// one trial or resample draws does not depend on who draws beside it.
class Random {
 public:
  /// The stream number `stream` of `seed`.
  Random(std::uint64_t seed, std::uint64_t stream);

  /// 64 random bits.
  std::uint64_t bits();

  /// In [0, 1).
  double uniform();

  /// In [0, limit), each equally likely. Requires: limit > 0.
  std::uint64_t below(std::uint64_t limit);

  /// With mean 0 and variance 1 (Box and Muller 1958).
  double normal();

 private:
  std::uint64_t state_;
};

}  // namespace diamond
