// The test program. What the library says goes nowhere, but to the tests that listen (support/captured_log.hpp).
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cornu/framework/base/log.hpp>

#include "tests/support/captured_log.hpp"

cornu::LogSink& cornu::testing::first_sink() {
  static LogSink sink;
  return sink;
}

int main(int argc, char** argv) {
  cornu::testing::first_sink() = cornu::set_log_sink({});
  return doctest::Context(argc, argv).run();
}
