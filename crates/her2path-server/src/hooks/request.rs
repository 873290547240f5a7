//! A request as CDS Hooks 2.0 defines it. Prefetch and drafts stay the bytes they came as, for the reader of records.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Refusal;
use crate::fhir_client::next_page;

/// The hooks that are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hook {
    PatientView,
    OrderSelect,
    OrderSign,
}

impl Hook {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PatientView => "patient-view",
            Self::OrderSelect => "order-select",
            Self::OrderSign => "order-sign",
        }
    }
}

/// One prefetched part of the record.
pub(super) enum Prefetch<'r> {
    /// Not sent, or sent as the failure of its search.
    Missing,
    /// The first page of several: the rest is not there.
    Partial,
    /// Sent as null: it was asked for, and there is none.
    Empty,
    /// All of it.
    Whole(&'r str),
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "resourceType", default)]
    resource_type: String,
}

/// A request whose required parts are there.
pub(super) struct Request<'r> {
    pub(super) hook: Hook,
    /// `context.patientId`, without a leading `Patient/`.
    pub(super) patient: String,
    pub(super) fhir_server: Option<String>,
    /// `context.selections`: the drafts that were just chosen, as `MedicationRequest/x`.
    selections: Vec<String>,
    authorization: Option<Authorization>,
    prefetch: BTreeMap<String, &'r RawValue>,
    drafts: Option<&'r RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'r> {
    hook: String,
    hook_instance: String,
    fhir_server: Option<String>,
    fhir_authorization: Option<Authorization>,
    #[serde(borrow)]
    context: Context<'r>,
    #[serde(borrow, default)]
    prefetch: Option<BTreeMap<String, &'r RawValue>>,
}

#[derive(Deserialize)]
struct Authorization {
    access_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context<'r> {
    #[serde(rename = "userId")]
    _user: Option<String>,
    patient_id: Option<String>,
    #[serde(borrow, default)]
    draft_orders: Option<&'r RawValue>,
    #[serde(default)]
    selections: Option<Vec<String>>,
}

impl<'r> Request<'r> {
    pub(super) fn parse(bytes: &'r [u8], hook: Hook) -> Result<Self, Refusal> {
        let body: Body<'r> = serde_json::from_slice(bytes)
            .map_err(|error| Refusal::bad_request(format!("this is not a CDS Hooks request: {error}")))?;
        if body.hook != hook.name() {
            return Err(Refusal::bad_request(format!("this service answers the hook `{}`", hook.name())));
        }
        if body.hook_instance.is_empty() {
            return Err(Refusal::bad_request("`hookInstance` is empty; give it a UUID"));
        }
        let patient = body.context.patient_id.unwrap_or_default();
        let patient = patient.strip_prefix("Patient/").unwrap_or(&patient);
        let is_id = (1..=64).contains(&patient.len())
            && patient.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        if !is_id {
            return Err(Refusal::bad_request("`context.patientId` is missing or is no FHIR id"));
        }
        if hook != Hook::PatientView && body.context.draft_orders.is_none() {
            return Err(Refusal::bad_request("`context.draftOrders` is missing"));
        }
        if hook == Hook::OrderSelect && body.context.selections.is_none() {
            return Err(Refusal::bad_request("`context.selections` is missing"));
        }
        Ok(Self {
            hook,
            patient: patient.to_owned(),
            fhir_server: body.fhir_server,
            selections: body.context.selections.unwrap_or_default(),
            authorization: body.fhir_authorization,
            prefetch: body.prefetch.unwrap_or_default(),
            drafts: body.context.draft_orders,
        })
    }

    /// A prefetched part of the record.
    pub(super) fn prefetch(&self, key: &str) -> Prefetch<'r> {
        let Some(raw) = self.prefetch.get(key) else { return Prefetch::Missing };
        let text = raw.get();
        match serde_json::from_str::<Option<Kind>>(text) {
            Ok(None) => Prefetch::Empty,
            Ok(Some(kind)) if kind.resource_type == "OperationOutcome" => Prefetch::Missing,
            Ok(Some(_)) if next_page(text.as_bytes()).is_some() => Prefetch::Partial,
            _ => Prefetch::Whole(text),
        }
    }

    /// The entries that the orders are about: what was just chosen, else every draft. Empty where a draft has no id, so
    /// that none is left out.
    pub(super) fn meant(&self) -> Vec<String> {
        #[derive(Deserialize)]
        struct Drafts {
            #[serde(default)]
            entry: Vec<Entry>,
        }
        #[derive(Deserialize)]
        struct Entry {
            resource: Draft,
        }
        #[derive(Deserialize)]
        struct Draft {
            #[serde(rename = "resourceType")]
            resource_type: String,
            id: String,
        }
        if self.hook == Hook::OrderSelect {
            return self.selections.clone();
        }
        let drafts = self.drafts().and_then(|text| serde_json::from_str::<Drafts>(text).ok());
        let named = |entry: Entry| format!("{}/{}", entry.resource.resource_type, entry.resource.id);
        drafts.map(|drafts| drafts.entry.into_iter().map(named).collect()).unwrap_or_default()
    }

    pub(super) fn drafts(&self) -> Option<&'r str> {
        self.drafts.map(RawValue::get).filter(|text| text.trim() != "null")
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.authorization.as_ref().map(|authorization| authorization.access_token.as_str())
    }
}
