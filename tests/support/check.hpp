#pragma once
#include <doctest/doctest.h>

#include <cornu/framework/checks/check_layer.hpp>

namespace cornu::testing {

/// The layer keeps its promises; otherwise the test fails, and says which it breaks.
inline void check(const LayerReport& report) { CHECK_MESSAGE(report.ok(), report.text()); }

}  // namespace cornu::testing
