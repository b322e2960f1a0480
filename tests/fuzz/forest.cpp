// Any bytes as the trees of a model: refused, or walked; what is walked gives the same alone and
// among many, and can be explained.
#include <diamond/models/flat_forest.h>
#include <diamond/models/tree_shap.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = diamond::FlatForest::from_ubjson({reinterpret_cast<const char*>(data), size});
  const auto* forest = std::get_if<diamond::FlatForest>(&read);
  if (forest == nullptr) return 0;
  constexpr std::size_t rows = 3;
  std::vector<float> values(rows * forest->columns());
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = i % 5 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(i) - 7;
  std::vector<float> together(rows);
  forest->predict(values, together);
  for (std::size_t row = 0; row < rows; ++row) {
    const float alone =
        forest->predict(std::span(values).subspan(row * forest->columns(), forest->columns()));
    if (std::bit_cast<std::uint32_t>(alone) != std::bit_cast<std::uint32_t>(together[row]))
      std::abort();
  }
  if (const auto shap =
          diamond::TreeShap::from_ubjson({reinterpret_cast<const char*>(data), size})) {
    std::vector<double> contributions(forest->columns());
    shap->contribute(std::span(values).first(forest->columns()), contributions);
  }
  return 0;
}
