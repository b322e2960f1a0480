// What every endpoint is: a name for the log, and a function from request to answer.
#pragma once

#include "../access/rights.h"
#include "../http/message.h"

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <utility>

namespace diamond::serve {

/// An answer, and what is logged beside it.
struct Outcome {
  Outcome() = default;

  /// With nothing beside it.
  explicit Outcome(Answer given) : answer(std::move(given)) {}

  Answer answer;
  std::string model_id;         // of the model that took part; empty: none
  std::size_t predictions = 0;  // prices in the answer
  /// What the log keeps as the response, as JSON; empty: the answer's body. For answers that repeat
  /// what is stored anyway.
  std::string logged_response;
  /// Both bodies are JSON that the log can keep as they are, and need not be read for it.
  bool has_loggable_bodies = false;
};

enum class Logged { yes, no };

/// Whether an answer comes from memory, within microseconds, or may take its time.
enum class Pace { quick, patient };

struct Endpoint {
  static constexpr std::size_t usual_body = std::size_t{1} << 20U;
  /// Whatever the front door lets through.
  static constexpr std::size_t any_body = std::numeric_limits<std::size_t>::max();

  std::string name;    // "predict"; what the log calls it
  std::string method;  // "GET" answers HEAD too
  std::string path;    // "{…}" stands for any one word, see path_words.h
  Right needs = Right::nothing;
  Logged logged = Logged::yes;
  Pace pace = Pace::patient;
  /// Throws ProblemError where the request is not as it must be.
  std::function<Outcome(const Request&)> answer;
  std::size_t longest_body = usual_body;  // bytes
};

}  // namespace diamond::serve
