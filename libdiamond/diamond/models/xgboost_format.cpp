#include <diamond/models/ubjson_reader.h>
#include <diamond/models/xgboost_format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace diamond::xgboost {
namespace {

/// The whole text as a number. The library writes numbers of the head as text.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return number;
}

/// "5E-1", and "[5E-1]" where there may be several.
float base_score_in(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto score = number_in<float>(text);
  if (!score) throw UnknownModel("its base score is not one number");
  return *score;
}

class ModelReader {
 public:
  ModelReader(std::string_view bytes, const std::function<void(const TreeArrays&)>& take_tree)
      : file_(bytes), take_tree_(take_tree) {}

  ModelHead read() {
    file_.read_object([&](std::string_view key) {
      if (key == "learner") return read_learner();
      if (key == "version") return read_version();
      file_.skip();
    });
    if (!file_.is_at_end()) throw UbjsonError("something follows its end");
    if (!has_version_) throw UnknownModel("it does not say which version wrote it");
    if (!has_base_score_) throw UnknownModel("it has no base score");
    if (booster_ != "gbtree") throw UnknownModel("its booster is not gbtree");
    if (!has_trees_) throw UnknownModel("it has no trees");
    return head_;
  }

 private:
  void read_version() {
    file_.read_numbers(numbers_);
    const bool is_known = numbers_.size() == 3 && numbers_ >= std::vector<std::int32_t>{1, 6} &&
                          numbers_ < std::vector<std::int32_t>{3, 1};
    if (!is_known) throw UnknownModel("it was not written by XGBoost 1.6 to 3.0");
    has_version_ = true;
  }

  void read_learner() {
    file_.read_object([&](std::string_view key) {
      if (key == "gradient_booster") return read_booster();
      if (key == "learner_model_param") return read_learner_params();
      if (key == "objective") return read_objective();
      file_.skip();
    });
  }

  void read_objective() {
    file_.read_object([&](std::string_view key) {
      if (key != "name") return file_.skip();
      head_.objective = file_.read_string();
    });
  }

  void read_learner_params() {
    file_.read_object([&](std::string_view key) {
      if (key == "base_score") {
        head_.base_score = base_score_in(file_.read_string());
        has_base_score_ = true;
      } else if (key == "num_feature") {
        head_.columns = number_in<std::int32_t>(file_.read_string()).value_or(0);
      } else if (key == "num_class" || key == "num_target") {
        require_one(key, file_.read_string());
      } else {
        file_.skip();
      }
    });
  }

  static void require_one(std::string_view key, std::string_view count) {
    if (count != "0" && count != "1") throw UnknownModel(std::string(key) + " is more than 1");
  }

  void read_booster() {
    file_.read_object([&](std::string_view key) {
      if (key == "model") return read_trees_and_params();
      if (key != "name") return file_.skip();
      booster_ = file_.read_string();
    });
  }

  void read_trees_and_params() {
    file_.read_object([&](std::string_view key) {
      if (key == "trees") return read_trees();
      if (key == "tree_info") return read_tree_info();
      file_.skip();
    });
  }

  /// The output that each tree counts to.
  void read_tree_info() {
    file_.read_numbers(numbers_);
    const bool is_one = std::all_of(numbers_.begin(), numbers_.end(), [](int n) { return n == 0; });
    if (!is_one) throw UnknownModel("it has several outputs");
  }

  void read_trees() {
    if (has_trees_) throw UnknownModel("it has its trees twice");
    has_trees_ = true;
    file_.read_array([&] {
      read_tree();
      require_consistent();
      take_tree_(tree_);
    });
  }

  void read_tree() {
    tree_ = TreeArrays();
    file_.read_object([&](std::string_view key) {
      if (key == "tree_param") return read_tree_params();
      if (key == "split_conditions") return file_.read_numbers(tree_.condition);
      if (key == "sum_hessian") return file_.read_numbers(tree_.cover);
      if (std::vector<std::int32_t>* whole = whole_numbers(key)) return file_.read_numbers(*whole);
      file_.skip();
    });
  }

  /// Where an array of a tree belongs; nullptr: it is not needed.
  std::vector<std::int32_t>* whole_numbers(std::string_view key) {
    if (key == "left_children") return &tree_.left;
    if (key == "right_children") return &tree_.right;
    if (key == "split_indices") return &tree_.column;
    if (key == "default_left") return &tree_.is_default_left;
    if (key == "split_type") return &tree_.is_categorical;
    if (key == "categories_nodes") return &tree_.set_node;
    if (key == "categories_segments") return &tree_.set_begin;
    if (key == "categories_sizes") return &tree_.set_size;
    if (key == "categories") return &tree_.categories;
    return nullptr;
  }

  void read_tree_params() {
    file_.read_object([&](std::string_view key) {
      if (key != "size_leaf_vector") return file_.skip();
      require_one(key, file_.read_string());
    });
  }

  void require_consistent() const {
    const std::size_t nodes = tree_.left.size();
    const bool is_whole = nodes > 0 && tree_.right.size() == nodes &&
                          tree_.column.size() == nodes && tree_.condition.size() == nodes &&
                          tree_.cover.size() == nodes && tree_.is_default_left.size() == nodes &&
                          tree_.is_categorical.size() == nodes &&
                          tree_.set_begin.size() == tree_.set_node.size() &&
                          tree_.set_size.size() == tree_.set_node.size();
    if (!is_whole) throw UnknownModel("a tree lacks some of its nodes");
  }

  UbjsonReader file_;
  const std::function<void(const TreeArrays&)>& take_tree_;
  ModelHead head_;
  std::string booster_;
  bool has_version_ = false;
  bool has_base_score_ = false;
  bool has_trees_ = false;
  TreeArrays tree_;
  std::vector<std::int32_t> numbers_;
};

}  // namespace

ModelHead read_model(std::string_view bytes,
                     const std::function<void(const TreeArrays&)>& take_tree) {
  return ModelReader(bytes, take_tree).read();
}

}  // namespace diamond::xgboost
