// Errors as the Open Inference Protocol has them.
#pragma once

#include "../http/message.h"
#include "../http/problem.h"

#include <string_view>

namespace diamond::serve {

/// Whether the protocol is spoken at this address: at /v2 and all below.
[[nodiscard]] bool speaks_inference_protocol(std::string_view path);

/// {"error": detail}, application/json. The protocol's word for faulty fields is 400, not 422.
[[nodiscard]] Answer to_inference_answer(const Problem& problem);

}  // namespace diamond::serve
