// Who may do what: the one place that lets requests in or turns them away.
#pragma once

#include "../http/message.h"
#include "../http/problem.h"
#include "key_keeper.h"
#include "key_ring.h"
#include "rights.h"

#include <memory>
#include <string>

namespace diamond::serve {

/// Who can reach a server: others, too, where a proxy passes their requests on.
enum class Reach { this_machine, other_machines };

/// Whose key came with a request; null: nobody's.
using Caller = std::shared_ptr<const KeyRing::Entry>;

/// Empty for nobody.
[[nodiscard]] std::string name_of(const Caller& caller);

/// With keys, each right needs one whose role has it, whoever can reach the server. Without, this
/// machine may do all, and others may do all but read the log. A request that a proxy has passed on
/// is another machine's. So is one over TCP that calls this machine by another name than its own:
/// the browser sends such ones for a page of that name, whose owner had it lead here (DNS
/// rebinding).
class Gate {
 public:
  /// Without keys.
  explicit Gate(Reach reach) : reach_(reach) {}

  /// The keys outlive this.
  explicit Gate(const KeyKeeper& keys) : keys_(&keys) {}

  [[nodiscard]] Caller caller(const Request& request) const;

  [[nodiscard]] bool may(const Request& request, const Caller& caller, Right right) const;

  /// Counts the request where the key has a limit. Throws ProblemError: 401 (a key is needed, or
  /// is not known), 403 (not with this one), 429 with Retry-After (not so often).
  void admit(const Request& request, const Caller& caller, Right right) const;

 private:
  [[nodiscard]] Problem refusal(const Request& request, const Caller& caller, Right right) const;

  Reach reach_ = Reach::this_machine;  // counts where there are no keys
  const KeyKeeper* keys_ = nullptr;    // null: there are none
};

}  // namespace diamond::serve
