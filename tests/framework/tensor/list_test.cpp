#include <cornu/framework/tensor/list.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/tensor.hpp>

using namespace cornu;

TEST_CASE("list: made from one, from several in braces and from a vector") {
  const Tensor a(1.f), b(2.f);
  const Tensors one = a, two{a, b}, copied = std::vector{b, a, b};
  CHECK(one.size() == 1);
  CHECK(two[1].item<double>() == 2);
  CHECK(copied.size() == 3);
  CHECK(Tensors().empty());
  CHECK(Tensors{two}.size() == 2);
}

TEST_CASE("list: items are added and taken out at the end") {
  List<int> numbers{1, 2};
  numbers.push_back(3);
  numbers[0] = 5;
  CHECK(numbers.pop_back() == 3);
  CHECK(std::vector<int>(numbers.begin(), numbers.end()) == std::vector{5, 2});
}

TEST_CASE("list: unpacks into names") {
  const auto [a, b] = List<int>{3, 4}.unpack<2>();
  CHECK((a == 3 && b == 4));
}

TEST_CASE("list: what is not there is refused") {
  List<int> numbers{1, 2};
  CHECK_THROWS_WITH_AS(numbers[2], "[List] no such item; got index 2 of a list of 2; expected less", IndexError);
  CHECK_THROWS_AS(List<int>().front(), IndexError);
  CHECK_THROWS_AS(List<int>().pop_back(), IndexError);
  CHECK_THROWS_WITH_AS(numbers.unpack<1>(),
                       "[unpack] another number of items; got 2 for 1 names; expected one name each", ValueError);
}
