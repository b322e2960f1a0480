// Prices for whole price lists, of any length.
#pragma once

#include <diamond/core/lazy.h>
#include <diamond/core/table.h>
#include <diamond/data/csv_stream.h>
#include <diamond/models/model.h>
#include <diamond/trust/price_intervals.h>
#include <diamond/trust/training_profile.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// Rows that have no price.
struct Unpriced {
  std::size_t count = 0;
  std::size_t first = 0;  // which row, or line, it was; 0 where there is none
  std::string why;        // of the first one
};

/// By row, USD to the cent.
struct RowPrices {
  std::vector<double> prices;            // NaN: none
  std::vector<PriceInterval> intervals;  // NaN: none; no elements: the model has none
  Unpriced unpriced;
};

/// A model with what its prices need. The parts outlive it.
struct BatchPricer {
  const Model& model;
  const std::optional<PriceIntervals>& intervals;
  const Lazy<TrainingProfile>& profile;  // only asked for where something has to be assumed

  /// The prices of all rows, on this thread where they are few; that of a row is the price that the
  /// model finds for the stone by itself, to the bit, before it is rounded. What is missing is
  /// assumed (see completion.h). A row has no price where asked_stone refuses it, or the model's
  /// price is not finite.
  [[nodiscard]] RowPrices price(const Table& table) const;
};

/// What was done.
struct BatchSummary {
  std::size_t rows = 0;
  Unpriced unpriced;  // `first`: the line of the file
};

/// Copies the file, each line as it is, and adds the columns predicted_value and, where the model
/// has intervals, low and high; their cells are empty where a row has no price. Lines come in their
/// order; blank ones are left out. Reads and prices on all processors, with the memory of a few
/// dozen pieces of a quarter MiB, however long the file is. `write` is called with some of the
/// output at a time, on one thread at a time.
/// Throws DataError where a line cannot be read or the file has one of the columns already, and
/// what `write` throws.
BatchSummary price_csv(CsvStream& stones, const BatchPricer& pricer,
                       const std::function<void(std::string_view)>& write);

}  // namespace diamond
