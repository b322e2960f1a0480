// An answer in the form that the client can do most with.
#pragma once

#include "message.h"

#include <cstddef>

namespace diamond::serve {

/// Bytes of a body from which on it is compressed: below, a packet or two are saved at most.
inline constexpr std::size_t least_compressed = 4096;

/// Where the client has the answer already, by its tag, it becomes 304 without a body (RFC 9110,
/// 15.4.5). Else a large text is compressed, if the client takes that; its tag becomes weak then,
/// for it is the same answer in other bytes. Other answers stay as they are.
void fit_to(const Request& request, Answer& answer);

}  // namespace diamond::serve
