// One try of a study, and the file that remembers them.
//
// Format of `trials.jsonl`, one line a trial:
//   number            0, 1, 2, …
//   state             "complete", "pruned" (it stopped early: others were better) or "failed"
//   params            {name: value}: what the study chose
//   value             the validation metric; of a pruned trial the last on its curve; null: failed
//   curve             the metric at the trial's checkpoints
//   found             parameters that the fit found by itself, such as its number of trees
//   error             of a failed trial only: why
//   duration_seconds
#pragma once

#include <diamond/core/file.h>
#include <diamond/core/json.h>
#include <diamond/tuning/search_space.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

enum class TrialState : std::uint8_t { complete, pruned, failed };

/// "complete", "pruned" and "failed".
[[nodiscard]] std::string_view name_of(TrialState state);

struct Trial {
  std::size_t number = 0;
  TrialState state = TrialState::failed;
  Point point;
  double value = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> curve;
  Json found = Json::object();
  std::string error;
  double duration_seconds = 0;
};

/// A line of the file, without its end. What JSON cannot hold is written as it would be read back:
/// null for a number in `found` that is not finite, U+FFFD for what is not UTF-8.
[[nodiscard]] std::string to_line(const Trial& trial, const SearchSpace& space);

/// The trials of a study on the disk: what is in the file survives the program. One thread at a
/// time may append, and one process.
class TrialLog {
 public:
  /// Makes the file (and its directory), or opens the one that stands: its trials are read; a last
  /// line that is not whole, because the program was killed in it, is cut off. Throws StorageError
  /// where a line is not a trial of this search space, naming file and line.
  TrialLog(std::filesystem::path file, SearchSpace space);

  /// What the file held when it was opened, by number.
  [[nodiscard]] const std::vector<Trial>& found() const { return found_; }

  /// Appends a line and brings it to the disk. Throws StorageError, for instance on a full disk;
  /// then the file holds the lines before it.
  void append(const Trial& trial);

 private:
  std::filesystem::path file_;
  SearchSpace space_;
  FileHandle handle_;
  std::vector<Trial> found_;
};

}  // namespace diamond
