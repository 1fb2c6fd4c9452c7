// Nothing is taken twice or given back twice without notice.
#include "actors/agent/stock.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using pot = stock::pot;

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stock)

BOOST_AUTO_TEST_CASE(a_stock_throws_when_more_is_taken_than_is_there) {
  entente::stock x{parse("cpus:2")};
  BOOST_CHECK_THROW(x.move(parse("cpus:2.001"), pot::free, pot::held), ledger_error);
}

BOOST_AUTO_TEST_CASE(a_stock_throws_when_something_is_given_back_twice) {
  entente::stock x{parse("cpus:4")};
  x.move(parse("cpus:1"), pot::free, pot::held);
  x.move(parse("cpus:1"), pot::held, pot::free);
  BOOST_CHECK_THROW(x.move(parse("cpus:1"), pot::held, pot::free), ledger_error);
}

BOOST_AUTO_TEST_CASE(a_stock_throws_when_a_port_is_given_twice) {
  for (auto second : {pot::held, pot::allocated}) {
    entente::stock x{parse("ports:[1-9]")};
    x.move(parse("ports:[1-2]"), pot::free, pot::held);
    BOOST_CHECK_THROW(x.move(parse("ports:[2-3]"), pot::free, second), ledger_error);
  }
}

BOOST_AUTO_TEST_CASE(a_stock_throws_when_an_item_is_given_twice) {
  entente::stock x{parse("disks:{a,b}")};
  x.move(parse("disks:{a}"), pot::free, pot::allocated);
  BOOST_CHECK_THROW(x.move(parse("disks:{a}"), pot::free, pot::allocated), ledger_error);
}

BOOST_AUTO_TEST_CASE(a_stock_throws_when_it_gets_what_was_never_there) {
  entente::stock x{parse("cpus:4")};
  BOOST_CHECK_THROW(x.move(parse("gpus:1"), pot::held, pot::free), ledger_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
