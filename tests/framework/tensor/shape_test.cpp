#include <doctest/doctest.h>
#include <cornu/framework/tensor/shape.hpp>

using namespace cornu;

TEST_CASE("Shape::fits: equal shapes fit, of any rank") {
  CHECK(Shape{2, 3}.fits({2, 3}));
  CHECK(Shape{0}.fits(Shape{0}));
  CHECK(Shape{1, 2, 3, 4, 5, 6}.fits({1, 2, 3, 4, 5, 6}));
}

TEST_CASE("Shape::fits: None fits any extent, on either side") {
  CHECK(Shape{None, 3}.fits({2, 3}));
  CHECK(Shape{2, 3}.fits({None, 3}));
  CHECK(Shape{None, 3}.fits({2, None}));
  CHECK(Shape{None}.fits(Shape{0}));
  CHECK(Shape{None}.fits(Shape{None}));
}

TEST_CASE("Shape::fits: neither another extent, nor 1, nor another rank") {
  CHECK_FALSE(Shape{2, 3}.fits({2, 4}));
  CHECK_FALSE(Shape{1, 3}.fits({2, 3}));
  CHECK_FALSE(Shape{None, 3}.fits({None, 4}));
  CHECK_FALSE(Shape{2, 3}.fits({2, 3, None}));
  CHECK_FALSE(Shape{2, 3, 1}.fits({2, 3}));
}

TEST_CASE("Shape::fits: a scalar's shape fits only its own") {
  CHECK(Shape().fits({}));
  CHECK_FALSE(Shape().fits(Shape{None}));
  CHECK_FALSE(Shape{None}.fits({}));
}
