#include <diamond/core/error.h>
#include <diamond/tuning/trial.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> state_names = {"complete", "pruned", "failed"};

Json to_json(const Trial& trial, const SearchSpace& space) {
  Json json = {{"number", trial.number},
               {"state", name_of(trial.state)},
               {"params", values_of(space, trial.point)},
               {"value", trial.value},
               {"curve", trial.curve},
               {"found", trial.found}};
  if (trial.state == TrialState::failed) json["error"] = trial.error;
  json["duration_seconds"] = trial.duration_seconds;
  return json;
}

std::optional<TrialState> parse_state(const Json& json) {
  const auto found = std::find(state_names.begin(), state_names.end(), json.get<std::string>());
  if (found == state_names.end()) return std::nullopt;
  return static_cast<TrialState>(found - state_names.begin());
}

/// The trial of a line, or nothing where it is none of this space.
std::optional<Trial> parse_trial(std::string_view line, const SearchSpace& space) {
  try {
    const Json json = Json::parse(line);
    const std::optional<TrialState> state = parse_state(json.at("state"));
    std::optional<Point> point = point_of(space, json.at("params"));
    const bool known = state && point && json.at("params").size() == space.size();
    if (!known || !json.at("number").is_number_unsigned()) return std::nullopt;
    Trial trial;
    trial.number = json.at("number").get<std::size_t>();
    trial.state = *state;
    trial.point = std::move(*point);
    trial.curve = json.at("curve").get<std::vector<double>>();
    trial.found = json.at("found");
    trial.duration_seconds = json.at("duration_seconds").get<double>();
    if (trial.state == TrialState::failed)
      trial.error = json.at("error").get<std::string>();
    else
      trial.value = json.at("value").get<double>();
    return trial;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::vector<Trial> parse_trials(std::string_view lines, const SearchSpace& space,
                                const fs::path& file) {
  std::vector<Trial> trials;
  std::set<std::size_t> numbers;
  for (std::size_t line = 1; !lines.empty(); ++line) {
    const std::size_t end = lines.find('\n');
    const std::string place = file.string() + ":" + std::to_string(line);
    std::optional<Trial> trial = parse_trial(lines.substr(0, end), space);
    if (!trial)
      throw StorageError(
          place, "this is not a trial of this search space",
          "move the file away to begin anew, or go back to the space it was made in");
    if (!numbers.insert(trial->number).second)
      throw StorageError(place, "trial " + std::to_string(trial->number) + " stands here again",
                         "remove one of the two lines");
    trials.push_back(std::move(*trial));
    lines.remove_prefix(end + 1);
  }
  std::sort(trials.begin(), trials.end(),
            [](const Trial& a, const Trial& b) { return a.number < b.number; });
  return trials;
}

FileHandle open_log(const fs::path& file) {
  if (file.has_parent_path()) make_directory(file.parent_path());
  return open_to_append(file);
}

}  // namespace

std::string_view name_of(TrialState state) {
  return state_names[static_cast<std::size_t>(state)];
}

std::string to_line(const Trial& trial, const SearchSpace& space) {
  return to_json(trial, space).dump(-1, ' ', false, Json::error_handler_t::replace);
}

TrialLog::TrialLog(fs::path file, SearchSpace space)
    : file_(std::move(file)), space_(std::move(space)), handle_(open_log(file_)) {
  if (!fs::is_regular_file(file_)) return;  // a device holds no trials
  std::string content = read_file(file_);
  const std::size_t whole = content.rfind('\n') + 1;  // npos + 1 is 0
  if (whole < content.size()) cut_and_sync(handle_, whole, file_);
  content.resize(whole);
  found_ = parse_trials(content, space_, file_);
}

void TrialLog::append(const Trial& trial) {
  append_and_sync(handle_, to_line(trial, space_) + '\n', file_);
}

}  // namespace diamond
