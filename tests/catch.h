// Catch2, whichever of its two shapes this machine has; the precompiled header of the tests.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // as the older one has it
#else
#include <catch2/catch.hpp>
#endif
