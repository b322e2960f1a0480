#include "study_progress.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace diamond::train {
namespace {

std::string shown_value(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::string shown_time(std::chrono::duration<double> time) {
  const auto seconds = static_cast<long>(std::lround(time.count()));
  if (seconds < 60) return std::to_string(seconds) + " s";
  return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

}  // namespace

std::string progress_line(const std::string& model, const StudyProgress& progress) {
  std::string line = model + "  trial " + std::to_string(progress.ended) + " of " +
                     std::to_string(progress.trials);
  if (progress.best != nullptr)
    line += "  best " + shown_value(progress.best->value) + " (trial " +
            std::to_string(progress.best->number) + ")";
  return line + "  " + shown_time(progress.time_left) + " left";
}

StudyProgressPrinter::StudyProgressPrinter(Style style, std::ostream& out, Log& log)
    : style_(style), out_(out), log_(log) {}

void StudyProgressPrinter::tell(const std::string& model, const StudyProgress& progress) {
  const Trial& trial = progress.trial;
  if (style_ == Style::line) return rewrite_line(model, progress);
  Json fields = {{"model", model},
                 {"number", trial.number},
                 {"state", name_of(trial.state)},
                 {"value", std::isfinite(trial.value) ? Json(trial.value) : Json()},
                 {"best", progress.best != nullptr ? Json(progress.best->value) : Json()},
                 {"seconds", trial.duration_seconds}};
  if (!trial.error.empty()) fields["error"] = trial.error;
  log_.info("trial", fields);
}

void StudyProgressPrinter::rewrite_line(const std::string& model, const StudyProgress& progress) {
  const bool is_last = progress.ended >= progress.trials;
  std::string line = is_last ? "" : progress_line(model, progress);
  const std::size_t width = line.size();
  if (width < width_) line.append(width_ - width, ' ');  // over what is left of the line before
  width_ = width;
  out_ << line << '\r' << std::flush;  // whatever is written next stands in its place
}

}  // namespace diamond::train
