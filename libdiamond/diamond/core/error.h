// What goes wrong, and what the person can do about it.
//
// Every error of the project says three things in one line: what is wrong, where (`file:line`, a
// JSON pointer, an option), and the way out. The type says who can mend it; `main` turns the type
// into an exit code, the HTTP layer into a status, each in one place.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace diamond {

class Error : public std::runtime_error {
 public:
  /// Reads "PLACE: WHAT; REMEDY"; an empty place or remedy is left out.
  Error(std::string_view place, std::string_view what, std::string_view remedy);
};

/// An option or a configuration file is wrong.
class UsageError : public Error {
  using Error::Error;
};

/// The data are wrong or too few.
class DataError : public Error {
  using Error::Error;
};

/// A model could not learn from data that are as they should be.
class TrainingError : public Error {
  using Error::Error;
};

/// A worker that learns with others did not come, or is lost; the same data may well be learned
/// another time.
class WorkerError : public TrainingError {
  using TrainingError::TrainingError;
};

/// Another process holds what this one needs for itself.
class BusyError : public Error {
  using Error::Error;
};

/// A file, a directory or a database of the project's own cannot be read, written or understood.
class StorageError : public Error {
  using Error::Error;
};

/// The operating system's words for `errno` value `code`, for instance "No space left on device".
[[nodiscard]] std::string system_message(int code);

}  // namespace diamond
