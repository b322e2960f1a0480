// Where exchanges end up.
#pragma once

#include "exchange.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace diamond::serve {

/// Safe from any thread.
class TrafficStore {
 public:
  virtual ~TrafficStore() = default;

  /// Whether anything is kept at all.
  [[nodiscard]] virtual bool keeps() const { return true; }

  /// Commits exchanges on the local disk before it returns, all or none. Throws StorageError where
  /// that fails.
  virtual void record(std::span<const Exchange* const> exchanges) = 0;

  /// The exchanges that `query` asks for, the newest first. Throws StorageError where the database
  /// does not answer.
  [[nodiscard]] virtual std::vector<Exchange> read(const LogQuery& query) = 0;
};

/// What the local disk is trusted with: an exchange survives the death of the program, or of the
/// machine too.
enum class Durability { process, power };

struct TrafficSettings {
  std::string database;  // sqlite:PATH, postgresql://…, none
  std::string outbox;    // PATH; for postgresql
  Durability durability = Durability::process;
};

}  // namespace diamond::serve
