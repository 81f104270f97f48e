//! The requests, one after the other.

use std::collections::HashMap;

use async_trait::async_trait;
use kernel::UserId;
use payments::{
    IdempotencyKey, MicroUsd, Offer, OfferKind, PaymentReference,
    billing::{
        NewCheckout, NewPrice, NotGenuine, Notice, Page, PaidFor, Part, PaymentProvider,
        ProviderError, SeenCheckout, SeenDispute, SeenInvoice, SeenPrice, SeenRefund,
        SeenSubscription, Since,
    },
};
use stripe_billing::{
    billing_portal_session::CreateBillingPortalSession,
    invoice::{ListInvoice, RetrieveInvoice},
    invoice_payment::{
        ListInvoicePayment, ListInvoicePaymentPayment, ListInvoicePaymentPaymentType,
    },
    subscription::{
        CancelSubscription, ListSubscription, ListSubscriptionStatus, RetrieveSubscription,
        UpdateSubscription, UpdateSubscriptionItems, UpdateSubscriptionPaymentBehavior,
        UpdateSubscriptionProrationBehavior,
    },
};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionPaymentIntentData,
    CreateCheckoutSessionSubscriptionData, ExpireCheckoutSession, ListCheckoutSession,
    RetrieveCheckoutSession,
};
use stripe_core::{
    charge::RetrieveCharge,
    customer::CreateCustomer,
    dispute::{ListDispute, RetrieveDispute},
    refund::{CreateRefund, ListRefund, RetrieveRefund},
};
use stripe_product::price::{
    CreatePrice, CreatePriceProductData, CreatePriceRecurring, CreatePriceRecurringInterval,
    ListPrice, RetrievePrice,
};
use stripe_shared::CheckoutSessionMode;
use stripe_types::{Currency, RangeQueryTs};
use time::OffsetDateTime;

use crate::{
    Stripe,
    read::{self, noted},
    wire::{self, Id, List},
};

/// Objects a page of a list: what Stripe allows at most.
const PAGE: i64 = 100;

fn notes<const N: usize>(pairs: [(&str, String); N]) -> HashMap<String, String> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn part<W, T>(
    list: &List<W>,
    read: impl Fn(&W) -> Result<Option<T>, ProviderError>,
    id: impl Fn(&W) -> &str,
) -> Result<Part<T>, ProviderError> {
    let last = list.data.last().filter(|_| list.has_more);
    Ok(Part {
        next: last.map(|last| read::reference(id(last))).transpose()?,
        items: list
            .data
            .iter()
            .map(read)
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?,
    })
}

/// Which part of a list, for any of the requests that list.
macro_rules! part_of {
    ($request:expr, $since:expr) => {{
        let made = RangeQueryTs::gte($since.made.unix_timestamp());
        let request = $request.limit(PAGE).created(made);
        match &$since.after {
            Some(after) => request.starting_after(after.as_str()),
            None => request,
        }
    }};
}

impl Stripe {
    /// Makes the price of an offer; to be asked for with [`PaymentProvider::price_of`], which looks whether there is
    /// one.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn create_price(&self, offer: &Offer) -> Result<PaymentReference, ProviderError> {
        let key = offer.lookup_key();
        let mut request = CreatePrice::new(Currency::USD)
            .unit_amount(offer.price.whole_cents())
            .nickname(&*offer.name)
            .lookup_key(&*key)
            .product_data(CreatePriceProductData::new(&*offer.name))
            .metadata(notes([
                (noted::OFFER, offer.code.clone()),
                (noted::CREDIT, offer.credit.0.to_string()),
            ]));
        if offer.kind == OfferKind::Plan {
            let monthly = CreatePriceRecurring::new(CreatePriceRecurringInterval::Month);
            request = request.recurring(monthly);
        }
        let key = IdempotencyKey::parse(&key);
        let key = key.map_err(|_| ProviderError::Refused("offer".to_owned()))?;
        let made: Id = self.write(&key, &request).await?;
        read::reference(&made.id)
    }
}

#[async_trait]
impl PaymentProvider for Stripe {
    fn verify(
        &self,
        body: &str,
        signature: &str,
        now: OffsetDateTime,
    ) -> Result<Notice, NotGenuine> {
        self.genuine(body, signature, now)
    }

    async fn create_customer(
        &self,
        key: &IdempotencyKey,
        user: UserId,
    ) -> Result<PaymentReference, ProviderError> {
        let request = CreateCustomer::new().metadata(notes([(noted::USER, user.to_string())]));
        let made: Id = self.write(key, &request).await?;
        read::reference(&made.id)
    }

    async fn price_of(&self, offer: &Offer) -> Result<PaymentReference, ProviderError> {
        let key = offer.lookup_key();
        let request = ListPrice::new()
            .lookup_keys(vec![key])
            .active(true)
            .limit(1);
        let found: List<Id> = self.read(&request).await?;
        if let Some(price) = found.data.first() {
            return read::reference(&price.id);
        }
        self.create_price(offer).await
    }

    async fn begin_checkout(
        &self,
        key: &IdempotencyKey,
        checkout: &NewCheckout,
    ) -> Result<Page, ProviderError> {
        let offer = &checkout.offer;
        let mut about = notes([
            (noted::USER, checkout.user.to_string()),
            (noted::CHECKOUT, checkout.id.to_string()),
            (noted::OFFER, offer.code.clone()),
            (noted::CREDIT, offer.credit.0.to_string()),
        ]);
        if let Some(days) = offer.days {
            about.insert(noted::DAYS.to_owned(), days.to_string());
        }
        let mut item = CreateCheckoutSessionLineItems::new();
        item.price = Some(checkout.price.as_str().to_owned());
        item.quantity = Some(1);
        let request = CreateCheckoutSession::new()
            .customer(checkout.customer.as_str())
            .client_reference_id(checkout.id.to_string())
            .line_items(vec![item])
            .metadata(about.clone())
            .success_url(&*checkout.success_url)
            .cancel_url(&*checkout.cancel_url);
        let request = match offer.kind {
            OfferKind::Pack => {
                let mut data = CreateCheckoutSessionPaymentIntentData::new();
                data.metadata = Some(about);
                request
                    .mode(CheckoutSessionMode::Payment)
                    .payment_intent_data(data)
            }
            OfferKind::Plan => {
                let mut data = CreateCheckoutSessionSubscriptionData::new();
                data.metadata = Some(about);
                request
                    .mode(CheckoutSessionMode::Subscription)
                    .subscription_data(data)
            }
        };
        read::page(&self.write(key, &request).await?)
    }

    async fn expire_checkout(&self, id: &PaymentReference) -> Result<(), ProviderError> {
        let key = IdempotencyKey::parse(&format!("expire:{id}"));
        let key = key.map_err(|_| ProviderError::Refused("id".to_owned()))?;
        let request = ExpireCheckoutSession::new(id.as_str());
        let Id { .. } = self.write(&key, &request).await?;
        Ok(())
    }

    async fn open_portal(
        &self,
        key: &IdempotencyKey,
        customer: &PaymentReference,
        return_url: &str,
    ) -> Result<Page, ProviderError> {
        let request = CreateBillingPortalSession::new()
            .customer(customer.as_str())
            .return_url(return_url);
        read::page(&self.write(key, &request).await?)
    }

    async fn change_price(
        &self,
        key: &IdempotencyKey,
        change: &NewPrice,
    ) -> Result<(), ProviderError> {
        let mut item = UpdateSubscriptionItems::new();
        item.id = Some(change.item.as_str().to_owned());
        item.price = Some(change.price.as_str().to_owned());
        let proration = if change.at_once {
            UpdateSubscriptionProrationBehavior::AlwaysInvoice
        } else {
            UpdateSubscriptionProrationBehavior::None
        };
        let request = UpdateSubscription::new(change.subscription.as_str())
            .items(vec![item])
            .proration_behavior(proration)
            .payment_behavior(UpdateSubscriptionPaymentBehavior::ErrorIfIncomplete);
        let Id { .. } = self.write(key, &request).await?;
        Ok(())
    }

    async fn cancel_at_period_end(
        &self,
        key: &IdempotencyKey,
        subscription: &PaymentReference,
        cancel: bool,
    ) -> Result<(), ProviderError> {
        let request = UpdateSubscription::new(subscription.as_str()).cancel_at_period_end(cancel);
        let Id { .. } = self.write(key, &request).await?;
        Ok(())
    }

    async fn cancel_now(&self, subscription: &PaymentReference) -> Result<(), ProviderError> {
        // A DELETE is idempotent by itself, and Stripe takes no key with it.
        let Id { .. } = self
            .read(&CancelSubscription::new(subscription.as_str()))
            .await?;
        Ok(())
    }

    async fn refund(
        &self,
        key: &IdempotencyKey,
        payment: &PaymentReference,
        money: MicroUsd,
    ) -> Result<SeenRefund, ProviderError> {
        let request = CreateRefund::new()
            .payment_intent(payment.as_str())
            .amount(money.whole_cents())
            .metadata(notes([(noted::KEY, key.as_str().to_owned())]));
        read::refund(&self.write(key, &request).await?)
    }

    async fn checkout(&self, id: &PaymentReference) -> Result<SeenCheckout, ProviderError> {
        read::checkout(
            &self
                .read(&RetrieveCheckoutSession::new(id.as_str()))
                .await?,
        )
    }

    async fn price(&self, id: &PaymentReference) -> Result<SeenPrice, ProviderError> {
        read::price(&self.read(&RetrievePrice::new(id.as_str())).await?)
    }

    async fn subscription(&self, id: &PaymentReference) -> Result<SeenSubscription, ProviderError> {
        let seen = self.read(&RetrieveSubscription::new(id.as_str())).await?;
        read::subscription(&seen)?.ok_or(ProviderError::NotFound)
    }

    async fn invoice(&self, id: &PaymentReference) -> Result<SeenInvoice, ProviderError> {
        read::invoice(&self.read(&RetrieveInvoice::new(id.as_str())).await?)
    }

    async fn payment_of_charge(
        &self,
        id: &PaymentReference,
    ) -> Result<Option<PaymentReference>, ProviderError> {
        let charge: wire::Charge = self.read(&RetrieveCharge::new(id.as_str())).await?;
        charge
            .payment_intent
            .map(|id| read::reference(&id))
            .transpose()
    }

    async fn refund_of(&self, id: &PaymentReference) -> Result<SeenRefund, ProviderError> {
        read::refund(&self.read(&RetrieveRefund::new(id.as_str())).await?)
    }

    async fn dispute(&self, id: &PaymentReference) -> Result<SeenDispute, ProviderError> {
        read::dispute(&self.read(&RetrieveDispute::new(id.as_str())).await?)
    }

    async fn paid_for(&self, payment: &PaymentReference) -> Result<PaidFor, ProviderError> {
        let request = ListCheckoutSession::new()
            .payment_intent(payment.as_str())
            .limit(1);
        let packs: List<wire::Checkout> = self.read(&request).await?;
        if let Some(checkout) = packs.data.first() {
            return Ok(PaidFor::Checkout(Box::new(read::checkout(checkout)?)));
        }
        let mut by = ListInvoicePaymentPayment::new(ListInvoicePaymentPaymentType::PaymentIntent);
        by.payment_intent = Some(payment.as_str().to_owned());
        let request = ListInvoicePayment::new().payment(by).limit(1);
        let invoices: List<wire::InvoicePayment> = self.read(&request).await?;
        match invoices.data.first() {
            Some(payment) => Ok(PaidFor::Invoice(read::reference(&payment.invoice)?)),
            None => Ok(PaidFor::Nothing),
        }
    }

    async fn payment_of_invoice(
        &self,
        invoice: &PaymentReference,
    ) -> Result<Option<PaymentReference>, ProviderError> {
        let request = ListInvoicePayment::new().invoice(invoice.as_str()).limit(1);
        let payments: List<wire::InvoicePayment> = self.read(&request).await?;
        let payment = payments.data.into_iter().next();
        let payment = payment.and_then(|payment| payment.payment.payment_intent);
        payment.map(|id| read::reference(&id)).transpose()
    }

    async fn refunds_of(
        &self,
        payment: &PaymentReference,
    ) -> Result<Vec<SeenRefund>, ProviderError> {
        let request = ListRefund::new()
            .payment_intent(payment.as_str())
            .limit(PAGE);
        let refunds: List<wire::Refund> = self.read(&request).await?;
        refunds.data.iter().map(read::refund).collect()
    }

    async fn checkouts(&self, since: &Since) -> Result<Part<SeenCheckout>, ProviderError> {
        let list: List<wire::Checkout> = self
            .read(&part_of!(ListCheckoutSession::new(), since))
            .await?;
        part(
            &list,
            |seen| read::checkout(seen).map(Some),
            |seen| &seen.id,
        )
    }

    async fn invoices(&self, since: &Since) -> Result<Part<SeenInvoice>, ProviderError> {
        let list: List<wire::Invoice> = self.read(&part_of!(ListInvoice::new(), since)).await?;
        let id = |seen: &wire::Invoice| seen.id.clone().unwrap_or_default();
        let last = list.data.last().filter(|_| list.has_more).map(id);
        Ok(Part {
            next: last.map(|last| read::reference(&last)).transpose()?,
            items: list
                .data
                .iter()
                .map(read::invoice)
                .collect::<Result<_, _>>()?,
        })
    }

    async fn subscriptions(&self, since: &Since) -> Result<Part<SeenSubscription>, ProviderError> {
        let request = ListSubscription::new().status(ListSubscriptionStatus::All);
        let list: List<wire::Subscription> = self.read(&part_of!(request, since)).await?;
        part(&list, read::subscription, |seen| &seen.id)
    }

    async fn refunds(&self, since: &Since) -> Result<Part<SeenRefund>, ProviderError> {
        let list: List<wire::Refund> = self.read(&part_of!(ListRefund::new(), since)).await?;
        part(&list, |seen| read::refund(seen).map(Some), |seen| &seen.id)
    }

    async fn disputes(&self, since: &Since) -> Result<Part<SeenDispute>, ProviderError> {
        let list: List<wire::Dispute> = self.read(&part_of!(ListDispute::new(), since)).await?;
        part(&list, |seen| read::dispute(seen).map(Some), |seen| &seen.id)
    }
}
