// The XGBoost library behind C++ types: each handle is owned, each error is an exception. Only
// xgboost_library.cpp, and for workers xgboost_collective.cpp and xgboost_tracker.cpp, see the C
// API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::xgboost {

/// The version of the library, for instance {1, 7, 4}.
struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;

  auto operator<=>(const Version&) const = default;
};

[[nodiscard]] Version library_version();
[[nodiscard]] std::string to_string(const Version& version);

/// Whether the library has this version or a later one.
[[nodiscard]] bool library_is_since(int major, int minor);

struct Column {
  std::string name;
  bool is_category = false;  // its values are 0, 1, 2, …
};

/// Some rows of a matrix.
struct MatrixRows {
  std::vector<float> values;  // (rows, columns), row-major, NaN is missing
  std::vector<float> targets;
  std::vector<float> weights;  // empty: all weigh the same
};

/// Where a matrix gets its rows from, a batch at a time.
struct MatrixSource {
  std::vector<Column> columns;
  std::size_t batches = 0;
  /// Replaces what `rows` holds by the rows of a batch.
  std::function<void(std::size_t batch, MatrixRows& rows)> fill;
};

class Feed;

/// Rows with their targets in the library's memory, or in its files.
class Matrix {
 public:
  /// The values themselves, for any tree method: 4 bytes a value.
  [[nodiscard]] static Matrix dense(const MatrixSource& source);

  /// Only the histogram bins of the values, for the tree method "hist": 1 or 2 bytes a value. The
  /// batches are read several times. Of few rows the bins are those of a dense matrix.
  [[nodiscard]] static Matrix quantised(const MatrixSource& source, int max_bin, unsigned threads);

  /// The library's external memory, for the tree methods "hist" and "approx": values and bins lie
  /// in files whose names begin with `prefix`, which whoever asks for it removes, and a few batches
  /// of them are in memory. About 40 bytes a row stay there for what a tree is grown with. Which
  /// trees are grown is what `dense` would grow.
  [[nodiscard]] static Matrix on_disk(MatrixSource source, const std::filesystem::path& prefix,
                                      unsigned threads);

  /// The handle of the C API.
  [[nodiscard]] void* handle() const { return handle_.get(); }

  /// Throws what the source has thrown: the library, which asks it for rows when it needs them,
  /// knows no exceptions.
  void rethrow() const;

 private:
  explicit Matrix(void* handle, std::shared_ptr<Feed> feed = nullptr);

  std::shared_ptr<Feed> feed_;  // outlives the handle
  std::shared_ptr<void> handle_;
};

/// Boosted trees: trained, or being trained. Prediction is safe from several threads.
class Booster {
 public:
  /// No trees yet; `rows` are those that it will be trained on.
  explicit Booster(const Matrix& rows);

  /// Throws TrainingError where the library finds the value wrong at once.
  void set(const std::string& name, const std::string& value);

  /// Parameters that the library does not know; empty: none. Throws TrainingError in the library's
  /// words where a value is not allowed.
  [[nodiscard]] std::vector<std::string> unknown_parameters();

  /// One more round. Throws TrainingError.
  void update(int round, const Matrix& train);

  [[nodiscard]] int rounds() const;

  /// Predictions for the rows of a matrix. Asked again after more rounds, only their trees are
  /// walked.
  [[nodiscard]] std::vector<float> predict(const Matrix& rows) const;

  /// Predictions for `values`, (predictions.size(), columns), row-major.
  void predict(std::span<const float> values, std::span<float> predictions) const;

  /// What each column adds to the sum of the trees (SHAP values), and what is expected where no
  /// column is known: (rows, columns + 1), row-major, for `values`, (rows, columns), of which none
  /// is infinite.
  [[nodiscard]] std::vector<float> contributions(std::span<const float> values,
                                                 std::size_t columns) const;

  /// Only the first rounds.
  [[nodiscard]] Booster first_rounds(int rounds) const;

  /// The library's own format (UBJSON).
  [[nodiscard]] std::string to_bytes() const;

  /// Reads such bytes. Throws StorageError in the library's words, with `place`.
  [[nodiscard]] static Booster from_bytes(std::string_view bytes, std::string_view place);

 private:
  explicit Booster(void* handle);

  std::shared_ptr<void> handle_;
};

}  // namespace diamond::xgboost
