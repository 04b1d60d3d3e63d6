#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/errors.hpp>

using cornu::Callable;

namespace {
int doubled(int x) { return 2 * x; }
}  // namespace

TEST_CASE("callable: lambdas, functions and std::function are called alike") {
  const int offset = doubled(2) + 1;
  const Callable<int(int)> lambda = [offset](int x) { return x + offset; }, function = doubled, pointer = &doubled,
                           standard = std::function<int(int)>([](int x) { return x - 1; });
  CHECK(lambda(1) == 6);
  CHECK(function(4) == 8);
  CHECK(pointer(4) == 8);
  CHECK(standard(4) == 3);
}

TEST_CASE("callable: arguments and results are converted, moved and left alone as the signature says") {
  const Callable<double(int)> wider = [](long x) { return x; };
  CHECK(wider(3) == 3.0);
  const Callable<void(int&)> changes = [](int& x) { return ++x; };
  int x = 1;
  changes(x);
  CHECK(x == 2);
  const Callable<int(std::unique_ptr<int>)> takes = [](std::unique_ptr<int> value) { return *value; };
  CHECK(takes(std::make_unique<int>(7)) == 7);
}

TEST_CASE("callable: a copy has a state of its own") {
  const Callable<int()> count = [n = 0]() mutable { return ++n; };
  CHECK(count() == 1);
  const Callable<int()> copy = count;
  CHECK(copy() == 2);
  CHECK(copy() == 3);
  CHECK(count() == 2);
}

TEST_CASE("callable: what it holds ends once, with its last holder") {
  const auto held = std::make_shared<int>(1);
  Callable<int()> first = [held] { return *held; };
  CHECK(held.use_count() == 2);
  Callable<int()> second = first;
  CHECK(held.use_count() == 3);
  second = std::move(first);
  CHECK(held.use_count() == 2);
  second = nullptr;
  CHECK(held.use_count() == 1);
  second = [held] { return *held + 1; };
  second = *&second;
  CHECK(second() == 2);
}

TEST_CASE("callable: an empty one says so, and refuses to be called") {
  const Callable<int(int)> none, null = nullptr, no_pointer = static_cast<int (*)(int)>(nullptr),
                                 no_standard = std::function<int(int)>(), copy = none,
                                 of_another = Callable<long(int)>();
  for (const Callable<int(int)>* empty : {&none, &null, &no_pointer, &no_standard, &copy, &of_another}) CHECK(!*empty);
  CHECK_THROWS_WITH_AS(none(1), "[Callable] an empty function was called; give it a function first", cornu::StateError);
  CHECK(static_cast<bool>(Callable<int(int)>(doubled)));
}

TEST_CASE("callable: another signature is not taken") {
  CHECK(!std::is_constructible_v<Callable<int(int)>, int (*)(std::string)>);
  CHECK(!std::is_constructible_v<Callable<std::string(int)>, int (*)(int)>);
  CHECK(!std::is_constructible_v<Callable<int(int)>, int>);
  CHECK(std::is_constructible_v<Callable<void(int)>, int (*)(int)>);
}
