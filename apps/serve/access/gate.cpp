#include "gate.h"

#include "own_machine.h"

#include <chrono>
#include <utility>

namespace diamond::serve {
namespace {

Problem with_detail(int status, std::string detail) {
  Problem problem = Problem::of_status(status);
  problem.detail = std::move(detail);
  return problem;
}

Problem closed_log() {
  return with_detail(403,
                     "the log is not shown to strangers: without keys it is for requests from "
                     "this machine to localhost, and not through a proxy; for others, give out "
                     "keys (diamond-serve keys add, --api-keys)");
}

/// RFC 6750, section 3: the challenge says whether there was a key.
Problem no_key() {
  Problem problem =
      with_detail(401, "a key is needed: send Authorization: Bearer KEY, or X-API-Key: KEY");
  problem.headers.emplace_back("WWW-Authenticate", R"(Bearer realm="diamond")");
  return problem;
}

Problem unknown_key() {
  Problem problem = with_detail(401, "this key is not known here, or not any more");
  problem.headers.emplace_back("WWW-Authenticate",
                               R"(Bearer realm="diamond", error="invalid_token")");
  return problem;
}

std::string roles_with(Right right) {
  std::string names;
  for (const Role role : all_roles) {
    if (!may(role, right)) continue;
    names.append(names.empty() ? "" : " or ").append(name_of(role));
  }
  return names;
}

Problem wrong_role(Role role, Right right) {
  return with_detail(403, "this needs a key of the role " + roles_with(right) +
                              "; the one that came has the role " + std::string(name_of(role)));
}

Problem too_many(std::chrono::nanoseconds wait) {
  const std::string seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count());
  Problem problem =
      with_detail(429, "this key has asked as often as it may; wait " + seconds + " s");
  problem.headers.emplace_back("Retry-After", seconds);
  return problem;
}

bool is_from_this_machine(const Request& request) {
  if (request.is_forwarded) return false;
  const bool is_unix_socket = request.client.empty();
  return is_unix_socket || is_loopback_host(request.host);
}

}  // namespace

std::string name_of(const Caller& caller) {
  return caller ? caller->key.name : std::string();
}

Caller Gate::caller(const Request& request) const {
  if (keys_ == nullptr || request.credential.empty()) return nullptr;
  const std::shared_ptr<const KeyRing> ring = keys_->current();
  const KeyRing::Entry* entry = ring->find(request.credential);
  return entry == nullptr ? nullptr : Caller(ring, entry);
}

bool Gate::may(const Request& request, const Caller& caller, Right right) const {
  if (right == Right::nothing) return true;
  if (keys_ == nullptr)
    return right != Right::logs || (reach_ == Reach::this_machine && is_from_this_machine(request));
  return caller && serve::may(caller->key.role, right);
}

void Gate::admit(const Request& request, const Caller& caller, Right right) const {
  if (!may(request, caller, right)) throw ProblemError(refusal(request, caller, right));
  if (right == Right::nothing || !caller || !caller->limit) return;
  const std::chrono::nanoseconds wait = caller->limit->take(RateLimit::Clock::now());
  if (wait.count() > 0) throw ProblemError(too_many(wait));
}

Problem Gate::refusal(const Request& request, const Caller& caller, Right right) const {
  if (keys_ == nullptr) return closed_log();
  if (caller) return wrong_role(caller->key.role, right);
  return request.credential.empty() ? no_key() : unknown_key();
}

}  // namespace diamond::serve
