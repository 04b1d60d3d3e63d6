#include <cornu/framework/formats/named_tensors.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>

using namespace cornu;

TEST_CASE("named tensors: are found by name and keep their order") {
  NamedTensors tensors{{"z", Tensor({1.f})}, {"a", Tensor({2.f})}};
  tensors.add("m", Tensor({3.f}));
  std::string order;
  for (const auto& [name, tensor] : tensors) order += name;
  CHECK(order == "zam");
  CHECK(tensors["m"].item<float>() == 3);
  CHECK(tensors.size() == 3);
  CHECK(tensors.contains("a"));
  CHECK_FALSE(tensors.contains("b"));
}

TEST_CASE("named tensors: refuse a name twice and one that is missing") {
  NamedTensors tensors{{"a", Tensor({1.f})}};
  CHECK_THROWS_AS(tensors.add("a", Tensor({2.f})), ValueError);
  CHECK(tensors["a"].item<float>() == 1);
  CHECK(tensors.size() == 1);
  CHECK_THROWS_WITH_AS(tensors["b"], "[NamedTensors] no tensor of that name; got 'b'; expected one of 'a'", IndexError);
  CHECK_THROWS_AS((NamedTensors{{"a", Tensor()}, {"a", Tensor()}}), ValueError);
  CHECK_THROWS_AS(NamedTensors()["a"], IndexError);
  CHECK(NamedTensors().empty());
}
