#pragma once

#include <caf/type_id.hpp>

#include "messages/protocol.hpp"

// The order is part of the protocol: only ever add at the end.
CAF_BEGIN_TYPE_ID_BLOCK(entente, first_custom_type_id)
CAF_ADD_TYPE_ID(entente, (entente::register_agent))
CAF_ADD_TYPE_ID(entente, (entente::agent_registered))
CAF_ADD_TYPE_ID(entente, (entente::unregister_agent))
CAF_ADD_TYPE_ID(entente, (entente::launch_tasks))
CAF_ADD_TYPE_ID(entente, (entente::shutdown_framework))
CAF_ADD_TYPE_ID(entente, (entente::subscribe))
CAF_ADD_TYPE_ID(entente, (entente::subscribed))
CAF_ADD_TYPE_ID(entente, (entente::resource_offers))
CAF_ADD_TYPE_ID(entente, (entente::offer_rescinded))
CAF_ADD_TYPE_ID(entente, (entente::agent_lost))
CAF_ADD_TYPE_ID(entente, (entente::framework_error))
CAF_ADD_TYPE_ID(entente, (entente::accept_offers))
CAF_ADD_TYPE_ID(entente, (entente::decline_offers))
CAF_ADD_TYPE_ID(entente, (entente::revive_offers))
CAF_ADD_TYPE_ID(entente, (entente::suppress_offers))
CAF_ADD_TYPE_ID(entente, (entente::kill_task))
CAF_ADD_TYPE_ID(entente, (entente::acknowledge))
CAF_ADD_TYPE_ID(entente, (entente::teardown))
CAF_ADD_TYPE_ID(entente, (entente::status_update))
CAF_ADD_TYPE_ID(entente, (entente::query))
CAF_ADD_TYPE_ID(entente, (entente::cluster_view))
CAF_ADD_TYPE_ID(entente, (entente::read_output))
CAF_ADD_TYPE_ID(entente, (entente::output_chunk))
CAF_ADD_TYPE_ID(entente, (entente::agent_actor))
CAF_ADD_TYPE_ID(entente, (entente::scheduler_actor))
CAF_END_TYPE_ID_BLOCK(entente)
