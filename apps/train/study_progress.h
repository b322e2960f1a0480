// How a study gets on, told to whoever waits for it.
#pragma once

#include <diamond/core/log.h>
#include <diamond/tuning/study.h>

#include <cstddef>
#include <iosfwd>
#include <string>

namespace diamond::train {

/// On a terminal one line that is written over again and again; elsewhere one log line a trial.
class StudyProgressPrinter {
 public:
  enum class Style { line, log };

  StudyProgressPrinter(Style style, std::ostream& out, Log& log);

  /// Tells of the trial that has just ended.
  void tell(const std::string& model, const StudyProgress& progress);

 private:
  void rewrite_line(const std::string& model, const StudyProgress& progress);

  Style style_;
  std::ostream& out_;
  Log& log_;
  std::size_t width_ = 0;  // of what stands on the line now
};

/// "xgboost  trial 12 of 100  best 263.08 (trial 7)  2 min 31 s left".
[[nodiscard]] std::string progress_line(const std::string& model, const StudyProgress& progress);

}  // namespace diamond::train
