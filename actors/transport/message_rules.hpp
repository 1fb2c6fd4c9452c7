#pragma once

#include <caf/byte_buffer.hpp>
#include <caf/io/basp/header.hpp>
#include <string>

namespace entente {

/// Looks at what a frame carries before CAF gets it, for what no other process has to say here.
///
/// CAF takes from the network whatever could come from inside: an actor ends that is sent an
/// `exit_msg`, or a plain `error`; forged links make it cast one actor to another kind; a `message`
/// or a list of configuration values may be nested until the stack is used up. So a message may be
/// made of plain values, atoms, handles, and types that were registered by programs; an `error` may
/// only be an answer, and a short one.
/// @returns why the connection is to be closed, empty if it is not
std::string check_payload(const caf::io::basp::header& header, const caf::byte_buffer& payload);

}  // namespace entente
