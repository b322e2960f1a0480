#include <diamond/core/error.h>
#include <diamond/core/json.h>
#include <diamond/models/xgboost_error.h>
#include <diamond/models/xgboost_library.h>

#include <xgboost/c_api.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <utility>

namespace diamond::xgboost {
namespace {

/// Every call of the C API that may fail goes through here.
void check(int status) {
  if (status == 0) return;
  if (tells_of_lost_worker())
    throw WorkerError("xgboost", "a worker was lost: " + last_error(),
                      "look at what the other workers say");
  throw TrainingError("xgboost", last_error(), "look at the parameters and the data");
}

/// Two numbers in an array, as the library wants to be told of them: NumPy's array interface.
template <class T>
std::string array_interface(std::span<const T> values, std::size_t rows, std::size_t columns) {
  static_assert(sizeof(T) == 4);
  return R"({"data":[)" + std::to_string(reinterpret_cast<std::uintptr_t>(values.data())) +
         R"(,true],"shape":[)" + std::to_string(rows) + "," + std::to_string(columns) +
         R"(],"typestr":"<f4","version":3})";
}

void describe_columns(void* matrix, const std::vector<Column>& columns) {
  std::vector<const char*> names;
  std::vector<const char*> types;
  for (const Column& column : columns) {
    names.push_back(column.name.c_str());
    types.push_back(column.is_category ? "c" : "float");
  }
  check(XGDMatrixSetStrFeatureInfo(matrix, "feature_name", names.data(), names.size()));
  check(XGDMatrixSetStrFeatureInfo(matrix, "feature_type", types.data(), types.size()));
}

/// No weights: all rows weigh the same.
void set_targets(void* matrix, const std::vector<float>& targets,
                 const std::vector<float>& weights) {
  check(XGDMatrixSetFloatInfo(matrix, "label", targets.data(), targets.size()));
  if (!weights.empty())
    check(XGDMatrixSetFloatInfo(matrix, "weight", weights.data(), weights.size()));
}

void free_matrix(void* handle) {
  if (handle != nullptr) XGDMatrixFree(handle);
}
void free_booster(void* handle) {
  XGBoosterFree(handle);
}

/// What the library warned of on this thread; its callback takes no argument to put it elsewhere.
thread_local std::string* warnings = nullptr;

void keep_warning(const char* text) {
  if (warnings != nullptr) *warnings += std::string(text) + "\n";
}

/// Collects the library's warnings of this thread while it stands.
class WarningCollector {
 public:
  WarningCollector() {
    warnings = &text_;
    XGBRegisterLogCallback(keep_warning);
  }
  WarningCollector(const WarningCollector&) = delete;
  WarningCollector& operator=(const WarningCollector&) = delete;
  ~WarningCollector() { warnings = nullptr; }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The words in double quotes.
std::vector<std::string> quoted_words(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t open = text.find('"'); open != std::string_view::npos;) {
    const std::size_t close = text.find('"', open + 1);
    if (close == std::string_view::npos) break;
    words.emplace_back(text.substr(open + 1, close - open - 1));
    open = text.find('"', close + 1);
  }
  return words;
}

constexpr const char* predict_config =
    R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";
constexpr const char* predict_dense_config =
    R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,)"
    R"("missing":NaN,"cache_id":0})";

constexpr const char* contributions_config =
    R"({"type":2,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";

}  // namespace

/// Feeds a source to the library batch by batch.
class Feed {
 public:
  explicit Feed(MatrixSource source) : source_(std::move(source)) {
    check(XGProxyDMatrixCreate(&proxy_));
  }
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  ~Feed() { XGDMatrixFree(proxy_); }

  [[nodiscard]] void* proxy() const { return proxy_; }

  static void reset(void* self) { static_cast<Feed*>(self)->next_ = 0; }

  /// 1: there was a batch, 0: there is none left. Exceptions must not pass through the C library.
  static int next(void* self) {
    auto& feed = *static_cast<Feed*>(self);
    try {
      return feed.next_batch();
    } catch (...) {
      feed.failure_ = std::current_exception();
      return 0;
    }
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  int next_batch() {
    if (next_ >= source_.batches) return 0;
    source_.fill(next_++, rows_);
    const std::size_t rows = rows_.targets.size();
    const std::string array = array_interface<float>(rows_.values, rows, source_.columns.size());
    check(XGProxyDMatrixSetDataDense(proxy_, array.c_str()));
    set_targets(proxy_, rows_.targets, rows_.weights);
    describe_columns(proxy_, source_.columns);
    return 1;
  }

  MatrixSource source_;
  void* proxy_ = nullptr;
  std::size_t next_ = 0;
  MatrixRows rows_;
  std::exception_ptr failure_;
};

Version library_version() {
  Version version;
  XGBoostVersion(&version.major, &version.minor, &version.patch);
  return version;
}

std::string to_string(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch);
}

bool library_is_since(int major, int minor) {
  const Version version = library_version();
  return version.major > major || (version.major == major && version.minor >= minor);
}

Matrix::Matrix(void* handle, std::shared_ptr<Feed> feed)
    : feed_(std::move(feed)), handle_(handle, free_matrix) {}

void Matrix::rethrow() const {
  if (feed_) feed_->rethrow();
}

Matrix Matrix::dense(const MatrixSource& source) {
  MatrixRows all;
  MatrixRows rows;
  for (std::size_t batch = 0; batch < source.batches; ++batch) {
    source.fill(batch, rows);
    if (source.batches == 1) {
      all = std::move(rows);
      break;
    }
    all.values.insert(all.values.end(), rows.values.begin(), rows.values.end());
    all.targets.insert(all.targets.end(), rows.targets.begin(), rows.targets.end());
    all.weights.insert(all.weights.end(), rows.weights.begin(), rows.weights.end());
  }
  DMatrixHandle handle = nullptr;
  const std::string array =
      array_interface<float>(all.values, all.targets.size(), source.columns.size());
  check(XGDMatrixCreateFromDense(array.c_str(), R"({"missing":NaN,"nthread":0})", &handle));
  Matrix matrix(handle);
  set_targets(handle, all.targets, all.weights);
  describe_columns(handle, source.columns);
  return matrix;
}

Matrix Matrix::quantised(const MatrixSource& source, int max_bin, unsigned threads) {
  Feed feed(source);
  const std::string config = R"({"missing":NaN,"max_bin":)" + std::to_string(max_bin) +
                             R"(,"nthread":)" + std::to_string(threads) + "}";
  DMatrixHandle handle = nullptr;
  const int status = XGQuantileDMatrixCreateFromCallback(&feed, feed.proxy(), nullptr, Feed::reset,
                                                         Feed::next, config.c_str(), &handle);
  Matrix matrix(handle);
  feed.rethrow();
  check(status);
  return matrix;
}

Matrix Matrix::on_disk(MatrixSource source, const std::filesystem::path& prefix, unsigned threads) {
  auto feed = std::make_shared<Feed>(std::move(source));
  const std::string config = R"({"missing":NaN,"nthread":)" + std::to_string(threads) +
                             R"(,"cache_prefix":)" + Json(prefix.string()).dump() + "}";
  DMatrixHandle handle = nullptr;
  const int status = XGDMatrixCreateFromCallback(feed.get(), feed->proxy(), Feed::reset, Feed::next,
                                                 config.c_str(), &handle);
  Matrix matrix(handle, std::move(feed));
  matrix.rethrow();
  check(status);
  return matrix;
}

Booster::Booster(void* handle) : handle_(handle, free_booster) {}

Booster::Booster(const Matrix& rows) {
  const std::array<DMatrixHandle, 1> matrices = {rows.handle()};
  BoosterHandle handle = nullptr;
  check(XGBoosterCreate(matrices.data(), matrices.size(), &handle));
  handle_ = std::shared_ptr<void>(handle, free_booster);
}

void Booster::set(const std::string& name, const std::string& value) {
  check(XGBoosterSetParam(handle_.get(), name.c_str(), value.c_str()));
}

std::vector<std::string> Booster::unknown_parameters() {
  set("validate_parameters", "true");
  set("verbosity", "1");
  const WarningCollector collector;
  bst_ulong length = 0;
  const char* config = nullptr;
  check(
      XGBoosterSaveJsonConfig(handle_.get(), &length, &config));  // makes the library look at them
  const std::size_t begin = collector.text().find("Parameters: {");
  if (begin == std::string::npos) return {};
  return quoted_words(std::string_view(collector.text()).substr(begin));
}

void Booster::update(int round, const Matrix& train) {
  const int status = XGBoosterUpdateOneIter(handle_.get(), round, train.handle());
  train.rethrow();
  check(status);
}

int Booster::rounds() const {
  int rounds = 0;
  check(XGBoosterBoostedRounds(handle_.get(), &rounds));
  return rounds;
}

std::vector<float> Booster::predict(const Matrix& rows) const {
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* values = nullptr;
  check(XGBoosterPredictFromDMatrix(handle_.get(), rows.handle(), predict_config, &shape,
                                    &dimensions, &values));
  return {values, values + shape[0]};
}

void Booster::predict(std::span<const float> values, std::span<float> predictions) const {
  if (predictions.empty()) return;
  const std::string array =
      array_interface<float>(values, predictions.size(), values.size() / predictions.size());
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* result = nullptr;
  check(XGBoosterPredictFromDense(handle_.get(), array.c_str(), predict_dense_config, nullptr,
                                  &shape, &dimensions, &result));
  std::copy_n(result, predictions.size(), predictions.begin());
}

std::vector<float> Booster::contributions(std::span<const float> values,
                                          std::size_t columns) const {
  const std::string array = array_interface<float>(values, values.size() / columns, columns);
  DMatrixHandle handle = nullptr;
  check(XGDMatrixCreateFromDense(array.c_str(), R"({"missing":NaN,"nthread":1})", &handle));
  const std::unique_ptr<void, decltype(&free_matrix)> rows(handle, free_matrix);
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* result = nullptr;
  check(XGBoosterPredictFromDMatrix(handle_.get(), rows.get(), contributions_config, &shape,
                                    &dimensions, &result));
  return {result, result + shape[0] * shape[1]};
}

Booster Booster::first_rounds(int rounds) const {
  BoosterHandle handle = nullptr;
  check(XGBoosterSlice(handle_.get(), 0, rounds, 1, &handle));
  return Booster(handle);
}

std::string Booster::to_bytes() const {
  bst_ulong length = 0;
  const char* bytes = nullptr;
  check(XGBoosterSaveModelToBuffer(handle_.get(), R"({"format":"ubj"})", &length, &bytes));
  return {bytes, length};
}

Booster Booster::from_bytes(std::string_view bytes, std::string_view place) {
  BoosterHandle handle = nullptr;
  check(XGBoosterCreate(nullptr, 0, &handle));
  Booster booster(handle);
  if (XGBoosterLoadModelFromBuffer(handle, bytes.data(), bytes.size()) != 0)
    throw StorageError(place, "this is not a whole XGBoost model: " + last_error(),
                       "restore it, or train the model again");
  return booster;
}

}  // namespace diamond::xgboost
