#include <cornu/framework/kernels/description.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/kernels/gemm.hpp>
#include <cornu/framework/kernels/table.hpp>

#include "tests/support/environment.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;

TEST_CASE("kernels: their description names the build and what multiplies matrices") {
  const bool is_own = kernels::product_kernels() == kernels::ProductKernels::own;  // before the variable is changed
  for (const kernels::Build build : kernels::supported_builds()) {
    const std::string name(kernels::name_of(build));
    const testing::Environment environment("CORNU_KERNELS", name.c_str());
    CAPTURE(name);
    CHECK(kernels::description().starts_with("kernels " + name + " ("));
    CHECK(testing::contains(kernels::description(), "), matrix products by "));
    CHECK(testing::contains(kernels::description(), "OpenBLAS") != is_own);
    CHECK_FALSE(testing::contains(kernels::description(), "\n"));
  }
}

TEST_CASE("kernels: there is no description of a build that does not exist") {
  const testing::Environment environment("CORNU_KERNELS", "v9");
  CHECK_THROWS_AS(kernels::description(), ValueError);
}
