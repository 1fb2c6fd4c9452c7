#pragma once

#include "messages/resources.hpp"

namespace entente {

/// What is set for a role, by configuration or by an operator.
struct role_options {
  double weight = 1;      ///< greater than 0; twice the weight is twice the share
  resources guarantee;    ///< scalars that it gets before fair shares count
  resources limit;        ///< scalars that it may never pass; what is not named is not limited
  bool preempts = false;  ///< it may take back preemptible grants while it is under its guarantee

  friend bool operator==(const role_options&, const role_options&) = default;
};

}  // namespace entente
