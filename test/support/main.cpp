// main() of every test executable.
#define BOOST_TEST_MODULE entente
#include <boost/test/unit_test.hpp>
