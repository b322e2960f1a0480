#include "periodic.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace diamond::serve {

Periodic::Periodic(std::chrono::milliseconds first, Work work)
    : thread_([pause = first, work = std::move(work)](const std::stop_token& stop) mutable {
        std::mutex mutex;
        std::condition_variable_any stopping;
        std::unique_lock lock(mutex);
        while (!stopping.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); }))
          pause = work(stop);
      }) {}

}  // namespace diamond::serve
