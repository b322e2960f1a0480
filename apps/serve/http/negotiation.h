// An answer in the form that the client can do most with.
#pragma once

#include "message.h"

namespace diamond::serve {

/// Where the client has the answer already, by its tag, it becomes 304 without a body (RFC 9110,
/// 15.4.5). Other answers stay as they are.
void fit_to(const Request& request, Answer& answer);

}  // namespace diamond::serve
