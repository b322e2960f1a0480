// Files of stones whose prices are asked, and what there is to say of them.
#pragma once

#include <diamond/core/log.h>
#include <diamond/data/csv_stream.h>
#include <diamond/pipeline/batch_prediction.h>

#include <string>

namespace diamond::train {

/// What --data and --out call the standard input and output.
inline constexpr const char* standard_stream = "-";

/// Throws UsageError where --data names what is not there.
void check_is_there(const std::string& data);

/// Opens a CSV file of stones, or the standard input. The log tells which measures no column holds.
/// Throws UsageError, StorageError and DataError.
[[nodiscard]] CsvStream open_stones(const std::string& data, Log& log);

/// Tells how many rows have no price, and where the first one stands.
void tell_unpriced(const BatchSummary& summary, const CsvStream& stones, Log& log);

/// Writes to the standard output, at once. Throws StorageError.
[[nodiscard]] Write to_standard_output();

}  // namespace diamond::train
