// Where exchanges end up.
#pragma once

#include "exchange.h"

#include <diamond/core/error.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace diamond::serve {

/// The local disk, or what an outbox may take of it, is full.
class StorageFull : public StorageError {
  using StorageError::StorageError;
};

/// How the log is doing.
struct TrafficState {
  std::int64_t waiting = 0;   // exchanges that are on their way to a database
  double behind_seconds = 0;  // how long the oldest of them has been
  std::string trouble;        // why they wait, or are not recorded; empty: nothing is wrong
  std::int64_t dropped = 0;   // since the start: answered, and not recorded
  std::int64_t rejected = 0;  // since the start: those that the database does not take
};

/// Safe from any thread.
class TrafficStore {
 public:
  virtual ~TrafficStore() = default;

  /// Whether anything is kept at all.
  [[nodiscard]] virtual bool keeps() const { return true; }

  /// Commits exchanges on the local disk before it returns, all or none. Throws StorageFull where
  /// there is no room, StorageError where it fails otherwise.
  virtual void record(std::span<const Exchange* const> exchanges) = 0;

  /// The exchanges that `query` asks for, the newest first, and among them those that still wait
  /// for a database. Throws StorageError where the database does not answer.
  [[nodiscard]] virtual std::vector<Exchange> read(const LogQuery& query) = 0;

  /// From memory: waits for nothing.
  [[nodiscard]] virtual TrafficState state() const { return {}; }
};

/// What the local disk is trusted with: an exchange survives the death of the program, or of the
/// machine too.
enum class Durability { process, power };

/// What happens to an exchange for which a full outbox has no room: it is not answered (503), or it
/// is answered and not recorded.
enum class WhenFull { refuse, drop };

struct TrafficSettings {
  std::string database;  // sqlite:PATH, postgresql://…, none
  std::string outbox;    // PATH; for postgresql, as what follows
  Durability durability = Durability::process;
  std::uint64_t outbox_limit = std::uint64_t{10} << 30U;  // bytes on the local disk
  WhenFull when_full = WhenFull::refuse;
  int retention_days = 0;  // older exchanges are removed; 0: none is
};

}  // namespace diamond::serve
