#include "api.h"

#include "../http/negotiation.h"
#include "inference_error.h"
#include "json_shape.h"
#include "path_words.h"

#include <diamond/core/clock.h>
#include <diamond/core/error.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace diamond::serve {
namespace {

/// Bytes. Reading more takes longer than others on the same loop should wait; one stone needs less.
constexpr std::size_t longest_quick_body = 4096;

bool has_method(const Endpoint& endpoint, const std::string& method) {
  return endpoint.method == method || (endpoint.method == "GET" && method == "HEAD");
}

/// In the form of the protocol that is spoken at the request's address.
Answer told(const Problem& problem, const Request& request) {
  return speaks_inference_protocol(request.path) ? to_inference_answer(problem)
                                                 : to_answer(problem, request);
}

/// "GET, HEAD, POST".
std::string methods_of(const std::vector<const Endpoint*>& endpoints) {
  std::string methods;
  for (const Endpoint* endpoint : endpoints) {
    methods += (methods.empty() ? "" : ", ") + endpoint->method;
    if (endpoint->method == "GET") methods += ", HEAD";
  }
  return methods;
}

Answer wrong_method(const std::vector<const Endpoint*>& endpoints, const Request& request) {
  const std::string allowed = methods_of(endpoints);
  Problem problem = Problem::of_status(405);
  problem.detail =
      request.method + " is not offered at " + request.path + "; offered is " + allowed;
  problem.headers.emplace_back("Allow", allowed);
  return told(problem, request);
}

Answer nothing_there(const Request& request) {
  Problem problem = Problem::of_status(404);
  problem.detail = "there is nothing at this address; /docs shows what there is";
  return told(problem, request);
}

/// The problem that the front door has found.
std::optional<Answer> refused(const Request& request) {
  if (!request.refusal) return std::nullopt;
  Problem problem = Problem::of_status(request.refusal->status);
  problem.detail = request.refusal->detail;
  return told(problem, request);
}

Problem too_long(const Endpoint& endpoint) {
  Problem problem = Problem::of_status(413);
  problem.detail = "the body is longer than the " + std::to_string(endpoint.longest_body) +
                   " bytes that are read here";
  return problem;
}

/// What is asked for again where the exchange cannot be recorded.
Request asked(const UnrecordedExchange& unrecorded) {
  Request request;
  request.id = unrecorded.exchange.request_id;
  request.method = unrecorded.exchange.method;
  request.path = unrecorded.exchange.path;
  request.origin = unrecorded.origin;
  return request;
}

Answer not_recorded(const Request& request, const std::string& why) {
  Problem problem = Problem::of_status(503);
  problem.detail = "the exchange cannot be recorded: " + why;
  return told(problem, request);
}

/// JSON text without what PostgreSQL's jsonb refuses: U+0000 becomes U+FFFD.
std::string storable(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = 0; (at = text.find('\\', at)) != std::string::npos; at += 2)
    if (text.compare(at, 6, "\\u0000") == 0) text.replace(at, 6, "\\ufffd");
  return text;
}

/// The document itself, or a JSON string with what came instead: also of what no request may be
/// like.
std::string as_json(const std::string& body) {
  if (body.empty()) return "null";
  return storable(shape_of(body).is_sound() ? Json::parse(body) : Json(body));
}

/// Of a body that is too long for the endpoint only its length is kept.
std::string request_as_json(const Request& request, const Endpoint& endpoint) {
  if (request.body.size() > endpoint.longest_body)
    return Json{{"bytes", request.body.size()}}.dump();
  if (!request.body.empty() || request.query.empty()) return as_json(request.body);
  Json query = Json::object();
  for (const auto& [name, value] : request.query) query[name] = value;
  return storable(query);
}

std::string logged_response(const Outcome& outcome) {
  if (!outcome.logged_response.empty()) return outcome.logged_response;
  return outcome.has_loggable_bodies ? outcome.answer.body : as_json(outcome.answer.body);
}

/// The path as it is, but for what no database holds as text: U+0000 and bytes that are no UTF-8
/// become U+FFFD. Nearly every path has none.
std::string storable_path(const std::string& path) {
  const auto is_plain = [](char c) { return c != '\0' && (static_cast<unsigned char>(c) < 0x80U); };
  if (std::all_of(path.begin(), path.end(), is_plain)) return path;
  return Json::parse(storable(Json(path))).get<std::string>();
}

/// Its endpoint is not known here.
Tally tally_of(Outcome& outcome) {
  Tally tally;
  tally.model_id = std::move(outcome.model_id);
  tally.predictions = outcome.predictions;
  return tally;
}

Reply named(Reply reply, const Endpoint& endpoint) {
  reply.tally.endpoint = endpoint.name;
  return reply;
}

}  // namespace

Api::Api(std::vector<Endpoint> endpoints, ApiSettings settings, const Gate& gate,
         TrafficStore& store, Trouble& recording, Log& log)
    : endpoints_(std::move(endpoints)),
      settings_(std::move(settings)),
      gate_(gate),
      store_(store),
      log_(log),
      recording_(recording) {}

bool Api::is_quick(std::string_view target, std::size_t body) const {
  if (body > longest_quick_body) return false;
  // A query may ask for more than is at hand. What is spelled in another way may be any endpoint's.
  if (target.find_first_of("?%#") != std::string_view::npos) return false;
  const auto found =
      std::find_if(endpoints_.begin(), endpoints_.end(),
                   [target](const Endpoint& endpoint) { return fits(endpoint.path, target); });
  return found != endpoints_.end() && found->pace == Pace::quick;
}

Reply Api::reply(const Request& request) const {
  Reply reply = reply_without_cors(request);
  add_cors_headers(request, reply.answer);
  return reply;
}

Reply Api::reply_without_cors(const Request& request) const {
  for (const Endpoint& endpoint : endpoints_)
    if (fits(endpoint.path, request.path) && has_method(endpoint, request.method))
      return named(run_and_record(endpoint, request), endpoint);
  const std::vector<const Endpoint*> endpoints = endpoints_at(request.path);
  if (endpoints.empty()) return {refused(request).value_or(nothing_there(request)), {}, {}};
  if (request.method == "OPTIONS" && !request.origin.empty() && !request.refusal)
    return {Answer{204, "text/plain", "", {}}, {}, {}};
  const Endpoint& one = *endpoints.front();
  const auto refuse = [&](const Request& asked) { return Outcome{wrong_method(endpoints, asked)}; };
  return named(run_and_record({one.name, request.method, one.path, Right::nothing, one.logged,
                               one.pace, refuse},
                              request),
               one);
}

void Api::commit(std::span<Reply> replies) const {
  std::vector<const Exchange*> exchanges;
  for (const Reply& reply : replies)
    if (const auto* unrecorded = std::any_cast<UnrecordedExchange>(&reply.record))
      exchanges.push_back(&unrecorded->exchange);
  if (exchanges.empty()) return;
  try {
    store_.record(exchanges);
    recording_.end();
  } catch (const StorageError& error) {
    recording_.meet(error.what(), {{"request_id", exchanges.front()->request_id}});
    const bool is_full = dynamic_cast<const StorageFull*>(&error) != nullptr;
    for (Reply& reply : replies)
      refuse_unrecorded(reply, is_full ? "there is no room for it" : "the server's log says why");
  }
}

void Api::refuse_unrecorded(Reply& reply, const std::string& why) const {
  const auto* unrecorded = std::any_cast<UnrecordedExchange>(&reply.record);
  if (unrecorded == nullptr) return;
  const Request request = asked(*unrecorded);
  reply.instead = not_recorded(request, why);
  add_cors_headers(request, *reply.instead);
}

Outcome Api::run(const Endpoint& endpoint, const Request& request, const Caller& caller) const {
  if (std::optional<Answer> refusal = refused(request)) return Outcome{std::move(*refusal)};
  try {
    gate_.admit(request, caller, endpoint.needs);
    if (request.body.size() > endpoint.longest_body)
      return Outcome{told(too_long(endpoint), request)};
    return endpoint.answer(request);
  } catch (const ProblemError& error) {
    return Outcome{told(error.problem(), request)};
  } catch (const std::exception& error) {
    log_.error("a request failed",
               {{"request_id", request.id}, {"path", request.path}, {"why", error.what()}});
    Problem problem = Problem::of_status(500);
    problem.detail = "the server failed; its log says why under this request's id";
    return Outcome{told(problem, request)};
  }
}

Reply Api::run_and_record(const Endpoint& endpoint, const Request& request) const {
  const Caller caller = gate_.caller(request);
  if (endpoint.logged == Logged::no || !store_.keeps()) {
    Outcome outcome = run(endpoint, request, caller);
    fit_to(request, outcome.answer);
    return {std::move(outcome.answer), {}, {}, tally_of(outcome)};
  }
  Exchange exchange;
  exchange.timestamp = iso_time(std::chrono::system_clock::now());
  const auto started = std::chrono::steady_clock::now();
  Outcome outcome = run(endpoint, request, caller);
  exchange.duration_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
  exchange.request_id = request.id;
  exchange.endpoint = endpoint.name;
  exchange.method = request.method;
  exchange.path = storable_path(request.path);
  exchange.model_id = outcome.model_id;
  exchange.request =
      outcome.has_loggable_bodies ? request.body : request_as_json(request, endpoint);
  exchange.response = logged_response(outcome);
  fit_to(request, outcome.answer);
  exchange.status = outcome.answer.status;
  exchange.client = kept_of(request.client, settings_.log_client);
  exchange.api_key = name_of(caller);
  exchange.trace_id = request.trace_id;
  return {std::move(outcome.answer),
          UnrecordedExchange{std::move(exchange), request.origin},
          {},
          tally_of(outcome)};
}

std::vector<const Endpoint*> Api::endpoints_at(std::string_view path) const {
  std::vector<const Endpoint*> found;
  for (const Endpoint& endpoint : endpoints_)
    if (fits(endpoint.path, path)) found.push_back(&endpoint);
  return found;
}

void Api::add_cors_headers(const Request& request, Answer& answer) const {
  const std::vector<std::string>& origins = settings_.cors_origins;
  // What a browser keeps must not be taken for an answer to a page that may not ask.
  if (origins.empty() || (request.origin.empty() && answer.etag.empty())) return;
  const auto is_allowed = [&](const std::string& origin) {
    return origin == "*" || origin == request.origin;
  };
  answer.headers.emplace_back("Vary", "Origin");
  if (request.origin.empty() || std::none_of(origins.begin(), origins.end(), is_allowed)) return;
  answer.headers.emplace_back("Access-Control-Allow-Origin", request.origin);
  answer.headers.emplace_back("Access-Control-Expose-Headers",
                              "X-Request-Id, Link, Retry-After, ETag");
  if (request.method == "OPTIONS") {
    answer.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST");
    answer.headers.emplace_back(
        "Access-Control-Allow-Headers",
        "Content-Type, X-Request-Id, Authorization, X-API-Key, If-None-Match, traceparent, "
        "tracestate");
    answer.headers.emplace_back("Access-Control-Max-Age", "3600");
  }
}

}  // namespace diamond::serve
